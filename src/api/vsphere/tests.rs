use http::{HeaderMap, StatusCode};
use proptest::prelude::*;

use super::*;
use crate::task::State;

const RUNNING: &str = include_str!("../../../tests/fixtures/vsphere/running.xml");
const FAILED: &str = include_str!("../../../tests/fixtures/vsphere/failed.xml");

fn reply(status: u16, body: &str) -> Reply {
    let status = StatusCode::from_u16(status).expect("a status");
    Reply { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec(), correlation: None }
}

fn envelope(body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Body>{body}</s:Body></s:Envelope>"
    )
}

/// The objects of an answer.
fn objects(body: &str) -> Vec<Object> {
    let mut answer = soap::answer(&reply(200, body)).expect("an answer");
    let mut result = answer.take_all("returnval").next().expect("a value");
    result.take_all("objects").map(|object| read_object(object, body)).collect()
}

fn task(body: &str) -> Task {
    let (info, raw) = objects(body).remove(0).value.expect("no fault").expect("a value");
    task::normalise(&info, &raw).expect("a task")
}

/// Every text and every attribute of an element, with its way there.
fn leaves(element: &Element, path: &str, found: &mut Vec<(String, String)>) {
    let path = format!("{path}/{}", element.name);
    let texts = [Some(element.text.as_str()), element.attribute("type"), element.instance_type()];
    found.extend(
        texts
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .map(|text| (path.clone(), text.to_owned())),
    );
    element.children.iter().for_each(|child| leaves(child, &path, found));
}

#[test]
fn every_value_of_recorded_tasks_is_in_the_task() {
    for body in [RUNNING, FAILED] {
        let (info, raw) = objects(body).remove(0).value.expect("no fault").expect("a value");
        let task = task::normalise(&info, &raw).expect("a task");
        let shown = format!(
            "{:?} {:?} {:?}",
            Task { raw: Box::default(), ..task.clone() },
            task.details(),
            task.percent()
        );
        let mut all = Vec::new();
        leaves(&info, "", &mut all);
        for (path, text) in all {
            // What the place of a value says already.
            let is_implied =
                matches!(path.as_str(), "/val" | "/val/task") || path.ends_with("/value") && text.len() < 7;
            let time = text.parse::<jiff::Timestamp>().map(|time| time.to_string()).unwrap_or_default();
            assert!(
                is_implied || shown.contains(&text) || !time.is_empty() && shown.contains(&time),
                "{path} {text}: {shown}"
            );
        }
        assert_eq!(std::str::from_utf8(&task.raw), Ok(raw.as_str()));
        assert!(raw.starts_with("<val ") && raw.ends_with("</val>") && body.contains(&raw));
    }
}

#[test]
fn a_running_task_and_a_failed_one_are_told() {
    let running = task(RUNNING);
    assert_eq!((running.state.word(), running.percent()), ("running", Some(40.0)));
    assert_eq!(running.user.as_deref(), Some("vcsim"));
    assert_eq!(running.name.as_deref(), Some("VirtualMachine.powerOff"));
    assert_eq!((running.cancelable, running.ended_at), (Some(false), None));
    let failed = task(FAILED);
    let failure = failed.state.failure().expect("a failure");
    assert_eq!(failure.code.as_deref(), Some("CannotAccessFile"));
    assert_eq!(failure.message.as_deref(), Some("Unable to access file [ds1] web01"));
    assert_eq!(failure.causes, ["Failed to lock the file", "The disk is locked by host 10.1.2.3"]);
    assert_eq!(failed.messages, ["somebody asked to cancel it"], "asked for, and not why it ended");
    assert_eq!(
        (failed.user.as_deref(), failed.parent.as_deref()),
        (Some("Datastore usage"), Some("task-180"))
    );
    let details = failed.details();
    assert_eq!(details["locked"][1]["value"], "datastore-12");
    assert_eq!(details["eventChainId"], 184_512);
    assert_eq!(details["progressDetails"][0]["value"], 104_857_600);
    assert_eq!(details["name"], "CloneVM_Task");
    assert!(
        failed.elapsed_seconds(jiff::Timestamp::MAX).is_some_and(|seconds| (70.0..71.0).contains(&seconds))
    );
}

#[test]
fn a_cancel_ended_a_task_only_where_its_fault_says_so() {
    let with = |state: &str, error: &str| {
        let body = RUNNING.replace("<state>running", &format!("<state>{state}"));
        let body = body.replace("<cancelled>false", "<cancelled>true");
        task(&body.replace("<cancelable>", &format!("{error}<cancelable>")))
    };
    let fault = |kind: &str| {
        format!(
            "<error><fault xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\" x:type=\"{kind}\"></fault>\
             <localizedMessage>The task was canceled by a user</localizedMessage></error>"
        )
    };
    let cancelled = with("error", &fault("RequestCanceled"));
    assert_eq!(cancelled.state, State::Cancelled);
    assert_eq!(cancelled.messages, ["The task was canceled by a user"]);
    assert_eq!(with("error", &fault("InvalidPowerState")).state.word(), "failed");
    assert_eq!(with("error", "").state.word(), "failed");
    assert_eq!(with("running", "").state.word(), "cancelling");
    let well = with("success", "");
    assert_eq!((well.state.word(), well.percent()), ("succeeded", None), "40 % is left over");
    assert_eq!(well.details()["progress"], "40");
    assert_eq!(with("Success", "").state.word(), "succeeded");
    assert_eq!(with("paused", "").state, State::Unknown { reported: "paused".to_owned() });
}

#[test]
fn an_answer_that_lacks_a_session_is_one_whatever_its_status() {
    let missing = |kind: &str| {
        envelope(&format!(
            "<RetrievePropertiesExResponse><returnval><objects><obj type=\"Task\">task-1</obj><missingSet><path>info</path>\
             <fault><fault i:type=\"{kind}\"/><localizedMessage>words</localizedMessage></fault></missingSet></objects>\
             </returnval></RetrievePropertiesExResponse>"
        ))
    };
    assert!(soap::is_rejected(&reply(200, &missing("NotAuthenticated"))));
    assert!(!soap::is_rejected(&reply(200, &missing("NoPermission"))));
    let fault = |kind: &str| {
        envelope(&format!(
            "<s:Fault><faultcode>ServerFaultCode</faultcode><faultstring>words</faultstring><detail>\
             <{kind}Fault i:type=\"{kind}\"/></detail></s:Fault>"
        ))
    };
    assert!(soap::is_rejected(&reply(500, &fault("NotAuthenticated"))));
    assert!(soap::is_rejected(&reply(401, "")));
    assert!(!soap::is_rejected(&reply(500, &fault("NoPermission").replace("words", "NotAuthenticated"))));
    // A task that failed for want of a session of its own.
    let failed = FAILED.replace("CannotAccessFile", "NotAuthenticated");
    assert!(!soap::is_rejected(&reply(200, &failed)));
    let refused = objects(&missing("NoPermission")).remove(0).value.expect_err("a fault");
    assert_eq!((refused.kind, refused.code.as_deref()), (Kind::Auth, Some("NoPermission")));
    assert_eq!(refused.message, "words");
}

#[test]
fn faults_have_their_kinds() {
    for (kind, expected, retryable) in [
        ("InvalidLogin", Some(Kind::Auth), Some(false)),
        ("ManagedObjectNotFound", Some(Kind::NotFound), Some(false)),
        ("NoPermission", Some(Kind::Auth), Some(false)),
        ("InvalidState", Some(Kind::Http), Some(false)),
        ("HostCommunication", None, None),
    ] {
        let body = envelope(&format!(
            "<s:Fault><faultcode>s:ServerFaultCode</faultcode><faultstring>Words &amp; more</faultstring><detail>\
             <{kind}Fault xmlns=\"urn:vim25\"><obj type=\"Task\">task-9</obj></{kind}Fault></detail></s:Fault>"
        ));
        let error = soap::read_error(&reply(500, &body));
        assert_eq!((error.kind, error.retryable, error.code.as_deref()), (expected, retryable, Some(kind)));
        assert_eq!(error.message.as_deref(), Some("Words & more"));
    }
    let other = "<s:Fault><faultcode>ServerFaultCode</faultcode><faultstring>x</faultstring><detail>\
        <ManagedObjectNotFoundFault><obj type=\"PropertyFilter\">f</obj></ManagedObjectNotFoundFault></detail></s:Fault>";
    assert_eq!(soap::read_error(&reply(500, &envelope(other))).kind, Some(Kind::Http), "that is no task");
    let token = "<s:Fault><faultcode xmlns:n=\"u\">n:FailedAuthentication</faultcode><faultstring>no</faultstring></s:Fault>";
    assert_eq!(soap::read_error(&reply(500, &envelope(token))).kind, Some(Kind::Auth));
}

#[test]
fn no_newer_version_is_spoken_than_both_sides_know() {
    let spoken = |versions: &str| {
        let list = format!(
            "<namespaces version=\"1.0\"><namespace><name>urn:sms</name><version>4.0</version></namespace><namespace>\
             <name>urn:vim25</name>{versions}</namespace></namespaces>"
        );
        let content = envelope(
            "<R><returnval><propertyCollector>p</propertyCollector><sessionManager>s</sessionManager>\
             <taskManager>t</taskManager><about><name>VMware ESXi</name><version>8.0.2</version>\
             <apiType>HostAgent</apiType></about></returnval></R>",
        );
        let send = |request: &Request| {
            Ok(reply(200, if request.label().starts_with("GET ") { &list } else { &content }))
        };
        let service = Service::discover(send, |_, _| Error::decode("no"))?;
        assert!(service.is_host && service.property_collector == "p");
        assert_eq!(service.about.as_deref(), Some("VMware ESXi 8.0.2"));
        let request = service.content();
        let action = request.headers.get("soapaction").and_then(|value| value.to_str().ok());
        Ok::<_, Error>(action.unwrap_or_default().to_owned())
    };
    let prior = |versions: &str| format!("<priorVersions>{versions}</priorVersions>");
    let newer =
        format!("<version>9.9.0.0</version>{}", prior("<version>8.0.1.0</version><version>7.0</version>"));
    assert_eq!(spoken(&newer).ok().as_deref(), Some("\"urn:vim25/8.0.1.0\""));
    assert_eq!(spoken("<version>6.7.3</version>").ok().as_deref(), Some("\"urn:vim25/6.7.3\""));
    assert_eq!(spoken("<version>10.0</version>").ok().as_deref(), Some("\"urn:vim25/10.0\""));
    assert_eq!(spoken("<version>x\"\r\ny</version>").ok().as_deref(), Some("\"urn:vim25/6.0\""));
}

#[test]
fn ids_are_names_of_objects_with_or_without_their_vcenter() {
    let uuid = "4c6e2a0a-3d3c-4a52-9f0f-3f6e9f7f1a55";
    let whole = format!("task-123:{uuid}");
    for text in ["task-123", "haTask-ha-host-vim.HostSystem.reboot-18", &whole] {
        assert_eq!(parse_id(text, &Options::default()).map(|id| id.to_string()).ok().as_deref(), Some(text));
    }
    for wrong in ["", "task 1", "task-1/..", "<task>", "task-1:abc", ":", "..", "task-1:"] {
        assert!(parse_id(wrong, &Options::default()).is_err(), "{wrong}");
    }
    let path = format!("/ui/app/task;nav=t/urn:vmomi:Task:task-123:{uuid}/summary");
    assert_eq!(id_in_path(&path), Some(whole));
    assert_eq!(id_in_path("/ui/app/vm;nav=v/urn:vmomi:VirtualMachine:vm-1:x/summary"), None);
}

proptest! {
    #[test]
    fn any_answer_is_read_without_harm(
        at in 0..FAILED.len(), length in 0usize..40, with in "<[a-z]{0,3}/?>|&[#a-z0-9]{0,4};?|\\PC{0,8}", status in prop::sample::select(vec![200, 500])
    ) {
        let (from, to) = (FAILED.floor_char_boundary(at), FAILED.ceil_char_boundary((at + length).min(FAILED.len())));
        let body = format!("{}{with}{}", &FAILED[..from], &FAILED[to..]);
        let reply = reply(status, &body);
        soap::is_rejected(&reply);
        soap::read_error(&reply);
        if let Ok(mut answer) = soap::answer(&reply) {
            for mut result in answer.take_all("returnval") {
                for object in result.take_all("objects").map(|object| read_object(object, &body)) {
                    if let Ok(Some((info, raw))) = object.value && let Ok(task) = task::normalise(&info, &raw) {
                        prop_assert!(task.percent().is_none_or(|percent| (0.0..=100.0).contains(&percent)));
                    }
                }
            }
        }
    }
}
