//! Tasks for people to look at: what the simulator and the demonstration serve.

use std::time::Duration;

use serde_json::json;

use super::Simulation;
use super::world::{Condition, Pace, Story, Truth, World};

/// The number of the first task that [`one_of_each`] makes.
const FIRST_OF_EACH: usize = 10;

/// The numbers of the tasks that [`populate`] makes, for [`Simulation::id`].
pub const GOES_WELL: usize = 1;
/// It runs and then fails.
pub const FAILS: usize = 2;
/// It has ended well.
pub const HAS_ENDED: usize = 3;
/// It has failed.
pub const HAS_FAILED: usize = 4;
/// It gets a part on its way, where the API knows parts.
pub const HAS_PARTS: usize = 5;
const PART: usize = 6;

/// Adds four tasks: one that goes on and ends well, one that goes on and fails, and two that have ended; and where the
/// API knows parts, one with a part. A moment passes each `gap`.
pub fn populate(world: &World, simulation: &dyn Simulation, gap: Duration) {
    let [operation, kind, id, name] = simulation.work();
    let story = |number: usize, moments: Vec<Truth>| {
        Story::new(&simulation.id(number), moments)
            .operation(operation)
            .target(kind, id, name)
            .pace(Pace::Time(gap))
    };
    let step = |percent: u8| {
        let text = match percent {
            0..=29 => "Preparing",
            30..=69 => "Copying data",
            _ => "Finishing",
        };
        Truth::running(percent).message(text)
    };
    let mut well: Vec<Truth> = [4, 11, 19, 27, 36, 45, 53, 62, 74, 86, 95].map(step).to_vec();
    well.insert(0, Truth::new(Condition::Pending));
    well.push(Truth::succeeded());
    if simulation.has_children() {
        let (task, part) = (simulation.id(HAS_PARTS), simulation.id(PART));
        world.add(story(HAS_PARTS, well.clone()).child_from(3, &part));
        world.add(Story { parent: Some(task), ..story(PART, well.clone()) });
    }
    world.add(story(GOES_WELL, well));
    let mut badly: Vec<Truth> = [6, 17, 29, 38, 41].map(step).to_vec();
    let failed =
        Truth::failed("DatastoreFull", "No space left on the target", &["datastore-12 has 1.2 GB free"]);
    badly.push(Truth { percent: Some(41), ..failed });
    world.add(story(FAILS, badly.clone()));
    world.add(
        story(HAS_ENDED, vec![Truth::succeeded()])
            .result(json!({"productName": "simulated", "healthy": true})),
    );
    world.add(story(HAS_FAILED, badly.split_off(5)));
}

/// Adds a task in each state that the API has, which stays there, and three more that run, to be cancelled. Those that
/// have ended differ from the others in all that a list can be narrowed by. Returns their states and ids.
pub fn one_of_each(world: &World, simulation: &dyn Simulation) -> Vec<(Condition, String)> {
    let [operation, kind, id, name] = simulation.work();
    let at = |percent: u8, condition: Condition| {
        Truth { percent: Some(percent), ..Truth::new(condition) }.message("Copying data")
    };
    let truths = [
        Truth::new(Condition::Pending),
        at(35, Condition::Running),
        at(35, Condition::Blocked),
        at(60, Condition::Failing),
        at(60, Condition::Cancelling),
        Truth::succeeded(),
        Truth { percent: Some(40), ..Truth::failed("40000", "No space left", &["datastore-12 is full"]) },
        at(60, Condition::Cancelled),
        at(35, Condition::Running),
        at(35, Condition::Running),
        at(35, Condition::Running),
    ];
    let mut added = Vec::new();
    for truth in truths.into_iter().filter(|truth| simulation.can_tell(&truth.condition)) {
        let (condition, task) = (truth.condition.clone(), simulation.id(FIRST_OF_EACH + added.len()));
        let story = Story::new(&task, vec![truth]);
        world.add(if condition.ended() {
            let story = story.operation(&format!("other-{operation}")).target(
                kind,
                &format!("{id}-2"),
                &format!("{name} 2"),
            );
            story.user("backup@vsphere.local").organizations("Org3", "Org4").age(3600)
        } else {
            story.operation(operation).target(kind, id, name)
        });
        added.push((condition, task));
    }
    added
}
