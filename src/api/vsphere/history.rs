//! What a vCenter remembers of tasks that have ended: its history, read by a collector that is always destroyed.

use std::collections::HashMap;

use jiff::Timestamp;
use quick_xml::escape::escape;

use super::task::mo_id;
use super::{Object, VSphere, soap};
use crate::api::xml::Element;
use crate::api::{Query, TaskResults};
use crate::error::{Error, Kind};
use crate::task::{Task, TaskId};

/// How many tasks are read in one request.
const PAGE: usize = 200;

/// How many requests read one list: after them it is not complete.
const MOST_PAGES: usize = 500;

/// What the names of objects begin with, and the types of those objects.
const TYPES: [(&str, &str); 12] = [
    ("vm-", "VirtualMachine"),
    ("host-", "HostSystem"),
    ("group-", "Folder"),
    ("datacenter-", "Datacenter"),
    ("domain-c", "ClusterComputeResource"),
    ("domain-s", "ComputeResource"),
    ("resgroup-v", "VirtualApp"),
    ("resgroup-", "ResourcePool"),
    ("datastore-", "Datastore"),
    ("network-", "Network"),
    ("dvs-", "VmwareDistributedVirtualSwitch"),
    ("dvportgroup-", "DistributedVirtualPortgroup"),
];

/// What is kept of a task that was seen, so that it can be looked up when it is gone.
#[derive(Clone)]
pub(super) struct Seen {
    entity: Option<(String, String)>,
    created: Option<Timestamp>,
}

impl Seen {
    pub(super) fn of(task: &Task) -> Seen {
        let target = task.target.as_ref();
        Seen {
            entity: target.and_then(|target| target.kind.clone().zip(target.id.clone())),
            created: task.created_at,
        }
    }
}

/// A `TaskFilterSpec`, whose fields have an order.
#[derive(Default)]
struct Filter {
    entity: Option<(String, String)>,
    recursive: bool,
    /// By when it was queued, or by when it was started, and from when on.
    since: Option<(&'static str, Timestamp)>,
    users: Vec<String>,
    states: Vec<&'static str>,
}

impl Filter {
    fn xml(&self) -> String {
        let entity = self.entity.as_ref().map(|(kind, id)| {
            let recursion = if self.recursive { "all" } else { "self" };
            let entity = soap::reference("entity", kind, id);
            format!("<entity>{entity}<recursion>{recursion}</recursion></entity>")
        });
        let time = self.since.map(|(by, since)| {
            format!("<time><timeType>{by}</timeType><beginTime>{since}</beginTime></time>")
        });
        let users: String =
            self.users.iter().map(|user| format!("<userList>{}</userList>", escape(user.as_str()))).collect();
        let users = (!users.is_empty())
            .then(|| format!("<userName><systemUser>false</systemUser>{users}</userName>"));
        let states: String = self.states.iter().map(|state| format!("<state>{state}</state>")).collect();
        let parts = [entity, time, users].into_iter().flatten().collect::<String>();
        format!("<filter>{parts}{states}</filter>")
    }
}

impl VSphere {
    /// The tasks of the history that a list asks for.
    pub(super) fn history(&self, query: &Query) -> Result<TaskResults, Error> {
        let values = |key: &str| query.filters.get(key).cloned().unwrap_or_default();
        let entity = values("entity").first().map(|entity| self.find_entity(entity)).transpose()?;
        let filter = Filter {
            recursive: true,
            entity,
            since: query.since.map(|since| ("startedTime", since)),
            users: values("user"),
            states: query.native_states(&super::DESCRIPTOR).unwrap_or_default(),
        };
        let mut left = query.limit.unwrap_or(usize::MAX);
        self.collect(&filter, |tasks| {
            let admitted = tasks.iter().flatten().filter(|task| query.admits(task)).count();
            left = left.saturating_sub(admitted);
            left == 0
        })
    }

    /// A task that was there and is not any more, as the history has it.
    pub(super) fn find_gone(&self, id: &TaskId, seen: &Seen) -> Result<Option<Task>, Error> {
        let filter = Filter {
            entity: seen.entity.clone(),
            since: seen.created.map(|created| ("queuedTime", created)),
            ..Filter::default()
        };
        let is_it = |task: &Task| task.id.as_str() == mo_id(id);
        let tasks = self.collect(&filter, |tasks| tasks.iter().flatten().any(is_it))?;
        Ok(tasks.into_iter().flatten().find(is_it))
    }

    /// Reads what fits, the newest first, until `enough` has seen enough or there is no more. The collector is destroyed
    /// whatever happens.
    fn collect(
        &self,
        filter: &Filter,
        mut enough: impl FnMut(&TaskResults) -> bool,
    ) -> Result<TaskResults, Error> {
        let service = self.service()?;
        if service.is_host {
            return Err(no_history());
        }
        let request =
            service.call("CreateCollectorForTasks", "TaskManager", &service.task_manager, &filter.xml());
        let reply = self.client.send(&request).map_err(|error| match error.code.as_deref() {
            Some("NotSupported") => no_history(),
            Some("InvalidState") => {
                error.hint("a session has a limited number of collectors: log out others")
            }
            _ => error,
        })?;
        let collector = soap::answer(&reply)?.text_of("returnval").unwrap_or_default().to_owned();
        let tasks = self.read_collector(&collector, &mut enough);
        let destroy = service.call("DestroyCollector", "TaskHistoryCollector", &collector, "");
        if let Err(error) = self.client.send(&destroy) {
            self.client
                .log()
                .info(format_args!("{}: a collector was not destroyed: {error}", self.client.host()));
        }
        // A session that was renewed has none of the collectors of the one before.
        tasks.map_err(|error| match error.code.as_deref() {
            Some("ManagedObjectNotFound") => Error { retryable: true, ..error },
            _ => error,
        })
    }

    fn read_collector(
        &self,
        collector: &str,
        enough: &mut impl FnMut(&TaskResults) -> bool,
    ) -> Result<TaskResults, Error> {
        let service = self.service()?;
        let call = |method: &str, arguments: &str| -> Result<(Element, String), Error> {
            let request = service.call(method, "TaskHistoryCollector", collector, arguments);
            let reply = self.client.send(&request)?;
            Ok((soap::answer(&reply)?, reply.text().into_owned()))
        };
        // The newest are in a property; the others come before them.
        let latest =
            self.read(&service.retrieve("TaskHistoryCollector", "latestPage", &[collector], false))?;
        let mut found = Vec::new();
        for Object { value, .. } in latest {
            let Some((mut page, source)) = value? else { continue };
            found.extend(page.take_all("TaskInfo").map(|info| self.of_history(&info, &source)));
        }
        call("ResetCollector", "")?;
        let mut is_enough = enough(&found);
        for _ in 0..MOST_PAGES {
            if is_enough {
                return Ok(found);
            }
            let (mut answer, text) = call("ReadPreviousTasks", &format!("<maxCount>{PAGE}</maxCount>"))?;
            let page: TaskResults =
                answer.take_all("returnval").map(|info| self.of_history(&info, &text)).collect();
            if page.is_empty() {
                return Ok(found);
            }
            is_enough = enough(&page);
            found.extend(page);
        }
        self.client
            .log()
            .info(format_args!("{}: the history is longer than what is read of it", self.client.host()));
        Ok(found)
    }

    /// The object of this name: its own, `vm-62`, or the one that people gave it.
    fn find_entity(&self, name: &str) -> Result<(String, String), Error> {
        let known = TYPES.iter().find(|(prefix, _)| {
            name.strip_prefix(prefix)
                .is_some_and(|rest| rest.chars().last().is_some_and(|c| c.is_ascii_digit()))
        });
        if let Some((_, kind)) = known {
            return Ok(((*kind).to_owned(), name.to_owned()));
        }
        let service = self.service()?;
        let (Some(manager), Some(root)) = (&service.view_manager, &service.root_folder) else {
            return Err(Error::usage(format!(
                "{} finds no objects by name: give its id",
                self.client.host()
            )));
        };
        let container = soap::reference("container", "Folder", root);
        let arguments = format!("{container}<type>ManagedEntity</type><recursive>true</recursive>");
        let reply =
            self.client.send(&service.call("CreateContainerView", "ViewManager", manager, &arguments))?;
        let view = soap::answer(&reply)?.text_of("returnval").unwrap_or_default().to_owned();
        let view_object = soap::reference("obj", "ContainerView", &view);
        let names = self.read(&service.retrieve_by(&format!(
            "<propSet><type>ManagedEntity</type><pathSet>name</pathSet></propSet><objectSet>{view_object}\
<skip>true</skip><selectSet xsi:type=\"TraversalSpec\"><type>ContainerView</type><path>view</path><skip>false</skip>\
</selectSet></objectSet>"
        )));
        let destroyed = self.client.send(&service.call("DestroyView", "ContainerView", &view, ""));
        let fits = |object: Object| {
            let (value, _) = object.value.ok()??;
            // Names are stored with these characters encoded.
            let own = value.text.replace("%2f", "/").replace("%5c", "\\").replace("%25", "%");
            (own == name || value.text == name).then_some((object.kind, object.id))
        };
        let mut found: HashMap<String, String> =
            names?.into_iter().filter_map(fits).map(|(kind, id)| (id, kind)).collect();
        destroyed?;
        match found.drain().collect::<Vec<_>>().as_slice() {
            [(id, kind)] => Ok((kind.clone(), id.clone())),
            [] => Err(Error::new(Kind::NotFound, format!("nothing is called {name:?}"))),
            several => {
                let ids: Vec<&str> = several.iter().map(|(id, _)| id.as_str()).collect();
                Err(Error::usage(format!("several objects are called {name:?}: {}", ids.join(", ")))
                    .hint("give the id of one of them"))
            }
        }
    }
}

fn no_history() -> Error {
    Error::usage("an ESXi host keeps no history of its tasks").hint(
        "without --history the recent ones are listed; the vCenter that manages the host has its history",
    )
}
