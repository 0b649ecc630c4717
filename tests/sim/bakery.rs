//! A system that taskctl has no word about: it is followed by `examples/apis/bakery.toml` alone.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Sight};
use super::{RequestKind, Simulation};

/// The bakery round the corner. Mode: `no_role` refuses to show orders to anyone who is logged in.
pub struct Bakery;

impl Simulation for Bakery {
    fn backend(&self) -> &'static str {
        "bakery"
    }

    fn description(&self) -> Option<&'static str> {
        Some(include_str!("../../examples/apis/bakery.toml"))
    }

    fn id(&self, number: usize) -> String {
        format!("B-{}", 4710 + number)
    }

    fn work(&self) -> [&'static str; 4] {
        ["rye bread", "", "", ""]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/counter") => RequestKind::Login,
            ("DELETE", "/counter") => RequestKind::Logout,
            ("GET", path) if path.starts_with("/orders") => RequestKind::Read,
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Failing)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "in the book",
            Condition::Running | Condition::Failing => "In the Oven",
            Condition::Blocked => "out-of-flour",
            Condition::Cancelling => "taking it out",
            Condition::Succeeded => "on the shelf",
            Condition::Failed => "burnt",
            Condition::Cancelled => "withdrawn",
            Condition::Strange(word) => word,
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        None
    }

    fn read_requests(&self, tasks: usize) -> usize {
        tasks
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/orders/{id}")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"id": id})
    }

    fn not_found(&self) -> Response {
        refusal(404, "no-order", "The order was not found.")
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let customer = request.header("x-customer");
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["counter"]) => {
                let body = request.json().unwrap_or_default();
                if body["name"] != shared.user() || body["word"] != shared.password() {
                    shared.sessions.refuse();
                    return refusal(401, "stranger", "We do not know you.");
                }
                Response::json(200, &json!({"number": shared.sessions.open()}))
            }
            _ if !shared.sessions.knows(customer) => refusal(401, "stranger", "We do not know you."),
            ("DELETE", ["counter"]) => {
                shared.sessions.close(customer);
                Response::new(204)
            }
            ("GET", ["orders", ..]) if shared.mode("no_role").is_some() => {
                refusal(403, "shut", "Orders are not shown to customers.")
            }
            ("GET", ["orders"]) => {
                let number = |name: &str| request.parameter(name).and_then(|value| value.parse().ok());
                let (Some(count), Some(from)) = (number("count"), number("from")) else {
                    return refusal(400, "how-many", "How many?");
                };
                let ids = shared.world.ids();
                let some = ids.iter().skip(from).take(count).filter_map(|id| shared.world.look(id));
                let orders: Vec<Value> = some.map(|sight| order(&sight)).collect();
                Response::json(200, &json!({"orders": orders, "in_all": ids.len()}))
            }
            ("GET", ["orders", id]) => match shared.world.look(id) {
                Some(sight) => Response::json(200, &order(&sight)),
                None => self.not_found(),
            },
            ("POST", ["orders", id, "withdraw"]) => match shared.world.any(|known| known == *id) {
                true if shared.world.cancel(id) => Response::new(202),
                true => refusal(409, "too-late", "It is out of the oven: ended already."),
                false => self.not_found(),
            },
            _ => self.not_found(),
        }
    }
}

fn order(sight: &Sight) -> Value {
    let truth = &sight.truth;
    json!({
        "order": sight.story.id, "what": sight.story.operation, "stage": Bakery.word(&truth.condition),
        "loaves": truth.percent.map(|percent| json!({"baked": percent, "ordered": 100})),
        "note": truth.message, "complaints": truth.warnings, "for": sight.story.user,
        "since": sight.started.as_second(), "until": sight.ended.map(|time| time.as_second()),
        "trouble": truth.reason.as_ref().map(|reason| {
            json!({"kind": reason.code, "words": reason.text, "because": reason.causes})
        }),
    })
}

fn refusal(status: u16, kind: &str, words: &str) -> Response {
    Response::json(status, &json!({"kind": kind, "words": words}))
}
