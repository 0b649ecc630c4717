//! Systems whose backends are written in code, followed by a description instead: the proof that the format can say
//! what they need.

use serde_json::Value;

use super::server::{Request, Response, Shared};
use super::world::Condition;
use super::{RequestKind, Simulation};

/// A system under another name, with a description.
pub struct Said {
    pub name: &'static str,
    pub system: &'static dyn Simulation,
    pub description: &'static str,
}

pub static VELOSTRATA: Said = Said {
    name: "velostrata-said",
    system: &super::velostrata::Velostrata,
    description: r#"
        task      = "GET /velostrata/api/v45/tasks/{id}"
        id        = "/id/value"
        name      = ["/taskType", "/type"]
        state     = "/state"
        percent   = "/progress"
        messages  = "/progressMessage/*"
        user      = "/username"
        started   = "/startTime"
        ended     = "/endTime"
        parent    = "/parentTaskId/value"
        children  = "/subTasks/*/value"
        target    = { type = "/entity/_type", id = "/entity/value" }
        failure   = { message = "/errorMessage/0", causes = ["/errorMessage/*", "/errorDetails"] }
        error     = { code = "/errorCode", message = "/message" }
        [states]
        running    = ["Running"]
        failing    = ["Failing"]
        cancelling = ["Cancelling"]
        succeeded  = ["Succeeded"]
        failed     = ["Failed"]
        cancelled  = ["Cancelled"]
    "#,
};

pub static ECS: Said = Said {
    name: "ecs-said",
    system: &super::ecs::Ecs,
    description: r#"
        example_id = "10.1.83.70/CREATE"
        interval  = "10s"
        task      = "GET /vdc/data-stores/{store}/tasks/{operation}"
        id_parts  = { store = "^(.+)/[^/]+$", operation = "^.+/([^/]+)$" }
        name      = ["/name", "/op_id"]
        state     = "/state"
        percent   = "/progress"
        message   = "/message"
        warnings  = "/warning_messages/*"
        created   = "/creation_time"
        started   = "/start_time"
        ended     = "/end_time"
        target    = { id = "/resource/id", name = "/resource/name" }
        failure   = { code = "/service_error/code", message = "/service_error/details", causes = "/service_error/description" }
        error     = { code = "/code", message = ["/details", "/description"], causes = "/description" }
        not_found = [{ status = [400, 404], "/code" = [1004, 1008, 1019, 2000, 2001, 6404, 8001] }]
        [states]
        pending   = ["queued"]
        running   = ["pending"]
        blocked   = ["suspended_error", "suspended_no_error"]
        succeeded = ["ready"]
        failed    = ["error"]
        [login]
        request = "GET /login"
        basic   = true
        token   = { X-SDS-AUTH-TOKEN = "{header:X-SDS-AUTH-TOKEN}" }
        logout  = "GET /logout"
    "#,
};

impl Simulation for Said {
    fn backend(&self) -> &'static str {
        self.name
    }

    fn description(&self) -> Option<&'static str> {
        Some(self.description)
    }

    fn user(&self) -> &'static str {
        self.system.user()
    }

    fn id(&self, number: usize) -> String {
        self.system.id(number)
    }

    fn kind(&self, request: &Request) -> RequestKind {
        self.system.kind(request)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        self.system.answer(shared, request)
    }

    fn has_sessions(&self) -> bool {
        self.system.has_sessions()
    }

    fn can_tell(&self, state: &Condition) -> bool {
        self.system.can_tell(state)
    }

    fn word(&self, state: &Condition) -> String {
        self.system.word(state)
    }

    fn version(&self) -> Option<&'static str> {
        None
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        self.system.task_urls(base, id)
    }

    fn created(&self, id: &str) -> Value {
        self.system.created(id)
    }

    fn not_found(&self) -> Response {
        self.system.not_found()
    }
}
