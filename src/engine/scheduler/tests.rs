use proptest::prelude::*;

use super::super::condition::Condition;
use super::*;
use crate::error::Kind;
use crate::task::{Failure, Progress, State, TaskId};

const SECOND: Duration = Duration::from_secs(1);

fn rules() -> Rules {
    Rules {
        goal: Goal::End,
        any: false,
        fail_fast: false,
        deadline: None,
        once: false,
        retry_for: 300 * SECOND,
        allow_missing: Duration::ZERO,
    }
}

fn pace(batch: usize) -> Pace {
    Pace { interval: 2 * SECOND, max_interval: 15 * SECOND, jobs: 8, batch_size: batch, waits: false }
}

fn task(state: State, percent: Option<f64>) -> Task {
    let mut task = Task::new(TaskId::new("t").expect("an id"), state, None);
    task.progress = percent.and_then(Progress::percent);
    task
}

fn running(percent: f64) -> Result<Task, Error> {
    Ok(task(State::Running, Some(percent)))
}

fn failed() -> Result<Task, Error> {
    Ok(task(State::Failed { failure: Failure::default() }, None))
}

fn succeeded() -> Result<Task, Error> {
    Ok(task(State::Succeeded, None))
}

fn unavailable() -> Result<Task, Error> {
    Err(Error { retryable: true, http_status: Some(503), ..Error::new(Kind::Http, "starting") })
}

fn missing() -> Result<Task, Error> {
    Err(Error { http_status: Some(404), ..Error::new(Kind::NotFound, "no such task") })
}

/// Runs a watch of one endpoint whose server answers by this function of time, task and number of reads. Returns
/// the outcome, the time, and every fetch with its time.
fn run(
    rules: Rules,
    tasks: usize,
    batch: usize,
    answer: impl FnMut(Duration, usize, usize) -> Result<Task, Error>,
) -> (Outcome, Duration, Vec<(Duration, Vec<usize>)>) {
    run_tree(rules, tasks, batch, answer, |_, _| 0)
}

/// As [`run`]; so many subtasks are named by a task at that of its reads.
fn run_tree(
    rules: Rules,
    tasks: usize,
    batch: usize,
    mut answer: impl FnMut(Duration, usize, usize) -> Result<Task, Error>,
    mut names: impl FnMut(usize, usize) -> usize,
) -> (Outcome, Duration, Vec<(Duration, Vec<usize>)>) {
    let mut now = Duration::ZERO;
    let mut scheduler = Scheduler::new(rules, &[pace(batch)], &vec![0; tasks], now, 7);
    let mut reads = vec![0; tasks];
    let mut fetches = Vec::new();
    for _ in 0..100_000 {
        match scheduler.next(now) {
            Step::Fetch(fetch) => {
                let answers: Vec<_> = fetch
                    .tasks
                    .iter()
                    .map(|&task| {
                        assert!(!scheduler.is_settled(task), "a settled task is not asked again");
                        reads[task] += 1;
                        answer(now, task, reads[task])
                    })
                    .collect();
                let read = |(_, answer): &(&usize, &Result<Task, Error>)| answer.is_ok();
                let subtasks: usize = fetch
                    .tasks
                    .iter()
                    .zip(&answers)
                    .filter(read)
                    .map(|(&task, _)| names(task, reads[task]))
                    .sum();
                fetches.push((now, fetch.tasks.clone()));
                now += Duration::from_millis(20);
                scheduler.answered(fetch, answers, batch, now);
                scheduler.add_subtasks(0, subtasks, now);
                reads.resize(reads.len() + subtasks, 0);
            }
            Step::SleepUntil(time) => now = now.max(time),
            Step::Wait => panic!("nothing is under way"),
            Step::Done(outcome) => return (outcome, now, fetches),
        }
    }
    panic!("the watch does not end");
}

#[test]
fn the_gap_grows_while_nothing_changes_and_is_short_again_after_a_change() {
    let (outcome, _, fetches) = run(rules(), 1, 1, |_, _, read| match read {
        1..=8 => running(10.0),
        9 | 10 => running(20.0),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Ok);
    let gaps: Vec<f64> = fetches.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_secs_f64()).collect();
    let expected = [2.0, 3.0, 4.5, 6.75, 10.1, 15.0, 15.0, 15.0, 2.0, 3.0];
    for (gap, expected) in gaps.iter().zip(expected) {
        assert!((gap / expected - 1.0).abs() < 0.12, "{gaps:?}");
    }
}

#[test]
fn a_task_that_has_ended_at_the_first_look_ends_the_watch_at_once() {
    let (outcome, at, fetches) = run(rules(), 1, 1, |_, _, _| failed());
    assert_eq!((outcome, fetches.len()), (Outcome::Failed, 1));
    assert!(at < SECOND);
}

#[test]
fn three_hundred_tasks_are_one_request_a_cycle_where_the_api_can() {
    let (_, _, fetches) =
        run(rules(), 300, 1000, |_, _, read| if read < 4 { running(1.0) } else { succeeded() });
    assert_eq!(fetches.len(), 4);
}

#[test]
fn trouble_shorter_than_the_bound_is_ridden_out_and_longer_is_unreachable() {
    let outage = |until: u32| {
        move |now: Duration, _: usize, read: usize| match read {
            1 => running(1.0),
            _ if now < until * SECOND => unavailable(),
            _ => succeeded(),
        }
    };
    assert_eq!(run(rules(), 1, 1, outage(290)).0, Outcome::Ok);
    let (outcome, at, _) = run(rules(), 1, 1, outage(100_000));
    assert_eq!(outcome, Outcome::Unreachable);
    assert!(at >= 302 * SECOND && at < 310 * SECOND, "{at:?}");
}

#[test]
fn one_task_that_always_errs_does_not_slow_the_others_and_is_given_up() {
    let (outcome, at, fetches) = run(rules(), 3, 1, |now, task, _| match task {
        0 => unavailable(),
        _ if now < 400 * SECOND => running(1.0),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Unreachable);
    assert!(at < 420 * SECOND, "{at:?}");
    let of_second = fetches.iter().filter(|(_, tasks)| tasks.contains(&1)).count();
    assert!(of_second > 25, "{of_second}");
}

#[test]
fn several_that_always_err_are_given_up_too() {
    for (bad, batch) in [(3, 1), (3, 2), (8, 1), (8, 3), (50, 1), (50, 7)] {
        let (outcome, at, _) = run(rules(), bad + 1, batch, |now, task, _| match task {
            task if task < bad => unavailable(),
            _ if now < 400 * SECOND => running(1.0),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Unreachable);
        assert!(at < 600 * SECOND, "{bad} {batch} {at:?}");
    }
}

#[test]
fn a_server_that_asks_for_time_is_left_alone() {
    let (outcome, _, fetches) = run(rules(), 1, 1, |_, _, read| match read {
        1 => Err(Error { retry_after: Some(30 * SECOND), ..unavailable().expect_err("an error") }),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Ok);
    assert!(fetches[1].0 - fetches[0].0 >= 30 * SECOND);
}

#[test]
fn a_missing_task_is_not_found_unless_it_may_be_missing_or_was_seen() {
    assert_eq!(run(rules(), 1, 1, |_, _, _| missing()).0, Outcome::NotFound);
    let patient = Rules { allow_missing: 60 * SECOND, ..rules() };
    let late = |now: Duration, _: usize, _: usize| if now < 40 * SECOND { missing() } else { succeeded() };
    assert_eq!(run(patient, 1, 1, late).0, Outcome::Ok);
    let gone = |now: Duration, _: usize, read: usize| match read {
        1 => running(1.0),
        _ if now < 20 * SECOND => missing(),
        _ => succeeded(),
    };
    assert_eq!(run(rules(), 1, 1, gone).0, Outcome::Ok);
    let (outcome, at, _) = run(rules(), 1, 1, |_, _, read| if read == 1 { running(1.0) } else { missing() });
    assert_eq!(outcome, Outcome::NotFound);
    assert!(at >= 30 * SECOND && at < 60 * SECOND, "{at:?}");
}

#[test]
fn a_web_page_with_404_is_not_a_missing_task() {
    let page = || Err(Error { from_intermediary: true, ..missing().expect_err("an error") });
    assert_eq!(run(rules(), 1, 1, move |_, _, _| page()).0, Outcome::Unreachable);
    let (outcome, _, _) = run(rules(), 1, 1, move |now, _, read| match read {
        1 => running(1.0),
        _ if now < 100 * SECOND => page(),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Ok);
}

#[test]
fn a_redirect_is_final_only_when_every_task_was_polled() {
    let redirect = || {
        Err(Error { from_intermediary: true, http_status: Some(302), ..Error::new(Kind::Http, "elsewhere") })
    };
    let (outcome, _, _) = run(rules(), 5, 1, |_, task, read| match (task, read) {
        (0, 1) => redirect(),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Ok);
    let (outcome, at, fetches) = run(rules(), 5, 1, |_, _, _| redirect());
    assert_eq!((outcome, fetches.len()), (Outcome::Error, 5));
    assert!(at < SECOND);
}

#[test]
fn a_refused_login_ends_all_tasks_of_that_server_at_once() {
    let (outcome, at, fetches) =
        run(rules(), 5, 1, |_, _, _| Err(Error { http_status: Some(401), ..Error::new(Kind::Auth, "no") }));
    assert_eq!((outcome, fetches.len()), (Outcome::Auth, 1));
    assert!(at < SECOND);
}

#[test]
fn a_certificate_that_does_not_verify_is_final_but_a_server_that_was_trusted_gets_another_look() {
    let untrusted = || Err(Error::new(Kind::Tls, "cannot be trusted"));
    let (outcome, at, fetches) = run(rules(), 3, 3, |_, _, _| untrusted());
    assert_eq!((outcome, fetches.len()), (Outcome::Unreachable, 1));
    assert!(at < SECOND);
    // A load balancer with one odd node behind it.
    let odd_once = |_, _, read| match read {
        2 => untrusted(),
        4 => succeeded(),
        _ => running(1.0),
    };
    assert_eq!(run(rules(), 3, 3, odd_once).0, Outcome::Ok);
    let (outcome, _, fetches) =
        run(rules(), 3, 3, |_, _, read| if read == 1 { running(1.0) } else { untrusted() });
    assert_eq!((outcome, fetches.len()), (Outcome::Unreachable, 3));
}

#[test]
fn one_bad_id_spoils_only_itself() {
    let (outcome, _, fetches) =
        run(rules(), 3, 100, |_, task, _| if task == 1 { missing() } else { succeeded() });
    assert_eq!((outcome, fetches.len()), (Outcome::NotFound, 1));
}

#[test]
fn conditions_are_met_passed_or_impossible() {
    let conditions = |text: &str| text.split(',').map(|c| c.parse().expect("a condition")).collect();
    let outcome = |text: &str, last: fn() -> Result<Task, Error>| {
        let rules = Rules { goal: Goal::Conditions(conditions(text)), ..rules() };
        run(rules, 1, 1, |_, _, read| if read < 3 { running(40.0) } else { last() }).0
    };
    assert_eq!(outcome("ended", failed), Outcome::Ok);
    assert_eq!(outcome("succeeded", failed), Outcome::Failed);
    assert_eq!(outcome("failed", failed), Outcome::Ok);
    assert_eq!(outcome("failed", succeeded), Outcome::Failed);
    assert_eq!(outcome("succeeded,failed", failed), Outcome::Ok);
    assert_eq!(outcome("blocked", succeeded), Outcome::Failed);
    assert_eq!(outcome("progress>=40", failed), Outcome::Ok);
    assert_eq!(outcome("progress>=50", failed), Outcome::Failed);
    assert_eq!(outcome("progress>=50", succeeded), Outcome::Ok);
    let only_the_end = Rules { goal: Goal::Conditions(conditions("running")), ..rules() };
    assert_eq!(run(only_the_end, 1, 1, |_, _, _| succeeded()).0, Outcome::Ok, "a condition that was passed");
}

#[test]
fn any_ends_with_the_first_and_fail_fast_with_the_first_failure() {
    let answer = |_: Duration, task: usize, read: usize| match (task, read) {
        (0, 3) => succeeded(),
        (1, 2) => failed(),
        _ => running(1.0),
    };
    let any = Rules { any: true, goal: Goal::Conditions(vec![Condition::Succeeded]), ..rules() };
    assert_eq!(run(any, 3, 100, answer).0, Outcome::Ok);
    let fast = Rules { fail_fast: true, deadline: Some(900 * SECOND), ..rules() };
    let (outcome, at, _) = run(fast, 3, 100, answer);
    assert_eq!(outcome, Outcome::Failed);
    assert!(at < 10 * SECOND);
}

#[test]
fn a_look_without_waiting_is_pending_and_a_deadline_is_a_timeout() {
    let once = Rules { once: true, ..rules() };
    assert_eq!(run(once.clone(), 2, 1, |_, _, _| running(1.0)).0, Outcome::Pending);
    assert_eq!(run(once, 1, 1, |_, _, _| unavailable()).0, Outcome::Unreachable);
    let deadline = Rules { deadline: Some(10 * SECOND), ..rules() };
    let (outcome, at, _) = run(deadline, 1, 1, |_, _, _| running(1.0));
    assert_eq!((outcome, at), (Outcome::Timeout, 10 * SECOND));
}

/// Names so many subtasks when the first task is read for the first time.
fn at_first(subtasks: usize) -> impl FnMut(usize, usize) -> usize {
    move |task, read| if (task, read) == (0, 1) { subtasks } else { 0 }
}

#[test]
fn subtasks_are_read_at_once_and_then_together_with_their_task() {
    let answer = |now: Duration, _: usize, _: usize| {
        if now < 60 * SECOND { running(1.0) } else { succeeded() }
    };
    let late = |task: usize, read: usize| if (task, read) == (0, 3) { 3 } else { 0 };
    let (outcome, _, fetches) = run_tree(rules(), 1, 100, answer, late);
    assert_eq!(outcome, Outcome::Ok);
    let tasks: Vec<&[usize]> = fetches.iter().map(|(_, tasks)| tasks.as_slice()).collect();
    assert_eq!(tasks[..4], [&[0][..], &[0], &[0], &[1, 2, 3]]);
    assert_eq!(fetches[3].0, fetches[2].0 + Duration::from_millis(20));
    assert!(tasks[5..].iter().all(|tasks| tasks.len() == 4), "{tasks:?}");
    assert!(tasks.len() > 7, "{tasks:?}");
}

#[test]
fn subtasks_of_subtasks_are_read_too_and_a_batch_holds_no_more_than_it_may() {
    let names = |task: usize, read: usize| if read == 1 && task < 10 { 5 } else { 0 };
    let (outcome, _, fetches) = run_tree(rules(), 1, 4, |_, _, _| succeeded(), names);
    assert_eq!(outcome, Outcome::Ok);
    assert!(fetches.iter().all(|(_, tasks)| tasks.len() <= 4));
    let mut asked: Vec<usize> = fetches.into_iter().flat_map(|(_, tasks)| tasks).collect();
    asked.sort_unstable();
    assert_eq!(asked, (0..51).collect::<Vec<usize>>(), "each once, since each had ended");
}

#[test]
fn the_tasks_that_were_asked_for_decide_and_their_subtasks_do_not() {
    let outcome = |rules: Rules, first: fn() -> Result<Task, Error>, subtask: fn() -> Result<Task, Error>| {
        let answer = |now: Duration, task: usize, read: usize| match (task, read) {
            (0, 1) => running(1.0),
            (0, _) if now < 100 * SECOND => running(1.0),
            (0, _) => first(),
            _ => subtask(),
        };
        let (outcome, at, _) =
            run_tree(Rules { deadline: Some(300 * SECOND), ..rules }, 1, 100, answer, at_first(3));
        assert!(at >= 100 * SECOND, "{at:?}");
        outcome
    };
    let forbidden = || Err(Error { http_status: Some(403), ..Error::new(Kind::Auth, "no") });
    for subtask in [failed, succeeded, missing, forbidden, unavailable] {
        assert_eq!(outcome(rules(), succeeded, subtask), Outcome::Ok);
        assert_eq!(outcome(rules(), failed, subtask), Outcome::Failed);
        let eager = Rules { any: true, fail_fast: true, ..rules() };
        assert_eq!(outcome(eager, succeeded, subtask), Outcome::Ok);
        let goal = Goal::Conditions(vec![Condition::Failed]);
        assert_eq!(outcome(Rules { goal, ..rules() }, succeeded, subtask), Outcome::Failed);
        let goal = Goal::Conditions(vec![Condition::Succeeded]);
        assert_eq!(outcome(Rules { goal, ..rules() }, succeeded, subtask), Outcome::Ok);
    }
}

#[test]
fn subtasks_that_go_on_are_looked_at_once_more_when_the_others_are_done_with() {
    let answer = |now: Duration, task: usize, _: usize| match task {
        0 if now >= 60 * SECOND => succeeded(),
        1 if now >= 30 * SECOND => failed(),
        _ => running(1.0),
    };
    for batch in [1, 100] {
        let (outcome, at, fetches) = run_tree(rules(), 1, batch, answer, at_first(3));
        assert_eq!(outcome, Outcome::Ok);
        let end = fetches.iter().find(|(at, tasks)| *at >= 60 * SECOND && tasks.contains(&0));
        let end = end.expect("its end was read").0;
        assert!(at < end + SECOND, "{at:?} {end:?}");
        let mut asked: Vec<usize> =
            fetches.iter().filter(|(at, _)| *at > end).flat_map(|(_, tasks)| tasks.clone()).collect();
        asked.sort_unstable();
        assert_eq!(asked, [2, 3], "those that had not ended, once");
    }
}

#[test]
fn a_server_that_tells_of_changes_is_asked_to_at_once_and_again_when_it_did() {
    let waiting = Pace { waits: true, ..pace(9) };
    let mut scheduler = Scheduler::new(rules(), &[waiting], &[0, 0], Duration::ZERO, 7);
    let fetch = |scheduler: &mut Scheduler, now: Duration| match scheduler.next(now) {
        Step::Fetch(fetch) => fetch,
        step => panic!("{now:?} {step:?}"),
    };
    let both = || vec![running(1.0), running(2.0)];
    let first = fetch(&mut scheduler, Duration::ZERO);
    assert!(!first.waits, "how it is now comes first");
    scheduler.answered(first, both(), 9, SECOND);
    let mut told = fetch(&mut scheduler, SECOND);
    assert!(told.waits, "what changes from now on is told");
    told.at_once = true;
    scheduler.answered(told, both(), 9, 3 * SECOND);
    let mut quiet = fetch(&mut scheduler, 3 * SECOND);
    assert!(quiet.waits && !quiet.at_once);
    // It was kept for longer than any gap.
    scheduler.answered(quiet, both(), 9, 33 * SECOND);
    quiet = fetch(&mut scheduler, 33 * SECOND);
    // One that is not kept is no reason to ask without a pause.
    scheduler.answered(quiet, both(), 9, 33 * SECOND);
    let Step::SleepUntil(due) = scheduler.next(33 * SECOND) else { panic!("it is asked at once") };
    assert!(due > 35 * SECOND, "{due:?}");
    // Nor is one whose every answer tells something.
    let mut busy = fetch(&mut scheduler, due);
    busy.at_once = true;
    scheduler.answered(busy, both(), 9, due);
    assert_eq!(scheduler.next(due), Step::SleepUntil(due + SHORTEST_WAIT));
    // In trouble, and where it was polled after all, there is a gap.
    let lost = fetch(&mut scheduler, due + SECOND);
    scheduler.answered(lost, vec![unavailable(), unavailable()], 9, due + SECOND);
    let Step::SleepUntil(due) = scheduler.next(due + SECOND) else { panic!("no gap") };
    let mut polled = fetch(&mut scheduler, due);
    assert!(!polled.waits, "a short request finds out whether it is over");
    polled.waits = false;
    scheduler.answered(polled, both(), 9, due);
    assert!(matches!(scheduler.next(due), Step::SleepUntil(next) if next > due + SECOND));
}

#[test]
fn no_request_waits_where_others_of_its_server_would_wait_for_it() {
    let crowded = Pace { waits: true, jobs: 2, ..pace(1) };
    let mut scheduler = Scheduler::new(rules(), &[crowded], &[0, 0, 0], Duration::ZERO, 7);
    let mut now = Duration::ZERO;
    for _ in 0..20 {
        match scheduler.next(now) {
            Step::Fetch(fetch) => {
                assert!(!fetch.waits, "three batches, and two requests at a time");
                scheduler.answered(fetch, vec![running(1.0)], 1, now);
            }
            Step::SleepUntil(time) => now = time,
            step => panic!("{step:?}"),
        }
    }
}

#[test]
fn an_answer_from_before_the_end_is_not_the_last_look() {
    let mut scheduler = Scheduler::new(rules(), &[pace(1)], &[0], Duration::ZERO, 7);
    let fetch = |scheduler: &mut Scheduler, now: Duration| match scheduler.next(now) {
        Step::Fetch(fetch) => fetch,
        step => panic!("{step:?}"),
    };
    let first = fetch(&mut scheduler, Duration::ZERO);
    scheduler.answered(first, vec![running(1.0)], 1, SECOND);
    scheduler.add_subtasks(0, 1, SECOND);
    let early = fetch(&mut scheduler, SECOND);
    assert_eq!(early.tasks, [1]);
    let last = fetch(&mut scheduler, 5 * SECOND);
    assert_eq!(last.tasks, [0]);
    scheduler.answered(last, vec![succeeded()], 1, 6 * SECOND);
    assert_eq!(scheduler.next(6 * SECOND), Step::Wait);
    scheduler.answered(early, vec![running(2.0)], 1, 7 * SECOND);
    let again = fetch(&mut scheduler, 7 * SECOND);
    assert_eq!(again.tasks, [1]);
    scheduler.answered(again, vec![running(3.0)], 1, 8 * SECOND);
    assert_eq!(scheduler.next(8 * SECOND), Step::Done(Outcome::Ok));
}

#[test]
fn a_server_that_is_lost_at_the_last_look_does_not_hold_the_outcome_back() {
    let busy = || Err(Error { retry_after: Some(3600 * SECOND), ..unavailable().expect_err("an error") });
    for lost in [unavailable, busy, missing] {
        let mut ended = false;
        let answer = |now: Duration, task: usize, _: usize| match task {
            0 if now >= 60 * SECOND => {
                ended = true;
                succeeded()
            }
            _ if ended => lost(),
            _ => running(1.0),
        };
        let (outcome, at, _) = run_tree(rules(), 1, 1, answer, at_first(2));
        assert_eq!(outcome, Outcome::Ok);
        assert!(at < 60 * SECOND + 15 * SECOND + 2 * FINAL_RETRY, "{at:?}");
    }
}

#[test]
fn time_that_runs_out_at_the_last_look_is_no_timeout_and_before_it_there_is_none() {
    let answer = |now: Duration, task: usize, _: usize| match task {
        0 if now >= SECOND => succeeded(),
        0 => running(1.0),
        _ => unavailable(),
    };
    let bounded = |seconds: u32| Rules { deadline: Some(seconds * SECOND), ..rules() };
    let (outcome, at, _) = run_tree(bounded(5), 1, 100, answer, at_first(2));
    assert_eq!((outcome, at), (Outcome::Ok, 5 * SECOND));
    let (outcome, at, fetches) = run_tree(bounded(1), 1, 1, |_, _, _| running(1.0), at_first(2));
    assert_eq!((outcome, at, fetches.len()), (Outcome::Timeout, SECOND, 3));
}

#[test]
fn the_first_to_get_there_ends_the_watch_and_the_others_are_not_asked_again() {
    let answer = |now: Duration, task: usize, _: usize| match task {
        0 if now >= 10 * SECOND => succeeded(),
        _ => running(1.0),
    };
    let names = |task: usize, read: usize| usize::from(task < 2 && read == 1);
    let (outcome, _, fetches) = run_tree(Rules { any: true, ..rules() }, 2, 100, answer, names);
    assert_eq!(outcome, Outcome::Ok);
    let last = fetches.last().expect("the last look");
    assert_eq!(last.1, [2, 3]);
}

#[test]
fn subtasks_that_give_trouble_do_not_keep_their_task_from_being_asked() {
    let answer = |now: Duration, task: usize, _: usize| match task {
        0 if now < 400 * SECOND => running(1.0),
        0 => succeeded(),
        _ => unavailable(),
    };
    let (outcome, at, fetches) = run_tree(rules(), 1, 1, answer, at_first(20));
    assert_eq!(outcome, Outcome::Ok);
    assert!(at < 420 * SECOND, "{at:?}");
    let of_task = fetches.iter().filter(|(_, tasks)| *tasks == [0]).count();
    assert!(of_task > 25, "{of_task}");
}

#[test]
fn a_subtask_may_be_missing_for_a_while_and_is_then_given_up_and_the_others_go_on() {
    let answer = |now: Duration, task: usize, _: usize| match task {
        1 => missing(),
        2 if now < 20 * SECOND => missing(),
        _ if now < 100 * SECOND => running(1.0),
        _ => succeeded(),
    };
    let (outcome, _, fetches) = run_tree(rules(), 1, 100, answer, at_first(2));
    assert_eq!(outcome, Outcome::Ok);
    let asked = |task: usize| fetches.iter().filter(move |(_, tasks)| tasks.contains(&task));
    let given_up = asked(1).next_back().expect("it was asked").0;
    assert!(given_up >= MISSING_GRACE && given_up < 60 * SECOND, "{given_up:?}");
    assert!(asked(2).next_back().expect("it was asked").0 >= 100 * SECOND);
}

#[test]
fn a_reading_is_over_when_the_subtasks_were_read_and_one_that_cannot_be_read_counts() {
    let read = |exit_status: bool, subtask: fn() -> Result<Task, Error>| {
        let rules = Rules { goal: Goal::Reading { exit_status }, ..rules() };
        let answer = |_: Duration, task: usize, _: usize| if task == 0 { running(1.0) } else { subtask() };
        let (outcome, _, fetches) = run_tree(rules, 1, 100, answer, at_first(3));
        (outcome, fetches.len())
    };
    assert_eq!(read(false, || running(1.0)), (Outcome::Ok, 2));
    assert_eq!(read(false, failed), (Outcome::Ok, 2));
    assert_eq!(read(true, failed), (Outcome::Pending, 2));
    assert_eq!(read(false, missing), (Outcome::NotFound, 2));
    assert_eq!(read(false, unavailable).0, Outcome::Unreachable);
}

#[test]
fn a_look_without_waiting_reads_each_subtask_once() {
    let once = Rules { once: true, ..rules() };
    for subtask in [|| running(1.0), failed, missing, unavailable] {
        let answer = |_: Duration, task: usize, _: usize| if task == 0 { running(1.0) } else { subtask() };
        let (outcome, _, fetches) = run_tree(once.clone(), 1, 100, answer, at_first(3));
        assert_eq!((outcome, fetches.len()), (Outcome::Pending, 2));
    }
}

fn spoilt() -> Result<Task, Error> {
    Err(Error { retryable: true, http_status: Some(500), ..Error::new(Kind::Http, "oops") })
}

#[test]
fn a_condition_that_one_of_all_cannot_meet_ends_the_wait_at_once_but_not_where_any_will_do() {
    let answer = |now: Duration, task: usize, _: usize| match task {
        0 => failed(),
        _ if now < 60 * SECOND => running(1.0),
        _ => succeeded(),
    };
    let goal = || Goal::Conditions(vec![Condition::Succeeded]);
    let (outcome, at, _) = run(Rules { goal: goal(), ..rules() }, 2, 1, answer);
    assert_eq!(outcome, Outcome::Failed);
    assert!(at < SECOND, "{at:?}");
    assert_eq!(run(Rules { goal: goal(), any: true, ..rules() }, 2, 1, answer).0, Outcome::Ok);
    // Without a condition every task is waited for.
    let (outcome, at, _) = run(rules(), 2, 1, answer);
    assert_eq!(outcome, Outcome::Failed);
    assert!(at >= 60 * SECOND, "{at:?}");
}

#[test]
fn fail_fast_leaves_at_a_failure_unless_that_is_what_was_waited_for() {
    let answer = |_: Duration, task: usize, _: usize| if task == 0 { failed() } else { running(1.0) };
    let outcome = |condition| {
        let goal = Goal::Conditions(vec![condition]);
        let bounded = Rules { goal, fail_fast: true, deadline: Some(60 * SECOND), ..rules() };
        run(bounded, 2, 1, answer).0
    };
    assert_eq!(outcome(Condition::Ended), Outcome::Failed);
    assert_eq!(outcome(Condition::Failed), Outcome::Timeout);
}

#[test]
fn one_id_that_spoils_every_batch_is_found_and_the_others_go_on() {
    // The whole request fails as long as that one is in it.
    let mut now = Duration::ZERO;
    let mut scheduler = Scheduler::new(rules(), &[pace(1000)], &[0; 300], now, 7);
    let outcome = loop {
        match scheduler.next(now) {
            Step::Fetch(fetch) => {
                let bad = fetch.tasks.contains(&123);
                let answers: Vec<_> =
                    fetch.tasks.iter().map(|_| if bad { spoilt() } else { succeeded() }).collect();
                now += Duration::from_millis(20);
                scheduler.answered(fetch, answers, 1000, now);
            }
            Step::SleepUntil(time) => now = now.max(time),
            Step::Wait => panic!("nothing is under way"),
            Step::Done(outcome) => break outcome,
        }
    };
    assert_eq!(outcome, Outcome::Unreachable);
    let well = scheduler.tasks.iter().filter(|task| task.settled == Some(Verdict::Reached(Outcome::Ok)));
    assert_eq!(well.count(), 299);
}

#[test]
fn batches_that_trouble_took_apart_are_one_request_again_after_it() {
    let (outcome, _, fetches) = run(rules(), 300, 1000, |now, _, _| match now.as_secs() {
        0..=1 => running(1.0),
        2..=60 => spoilt(),
        61..=200 => running(2.0),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Ok);
    let late: Vec<usize> =
        fetches.iter().filter(|(at, _)| *at > 120 * SECOND).map(|(_, tasks)| tasks.len()).collect();
    assert!(late.iter().all(|tasks| *tasks == 300), "{late:?}");
}

#[test]
fn a_server_that_wants_more_time_than_there_is_gets_what_there_is() {
    let busy = || Err(Error { retry_after: Some(3600 * SECOND), ..unavailable().expect_err("an error") });
    let (outcome, at, fetches) =
        run(rules(), 1, 1, |_, _, read| if read == 1 { busy() } else { succeeded() });
    assert_eq!((outcome, fetches.len()), (Outcome::Ok, 2));
    assert!(at >= 300 * SECOND && at < 301 * SECOND, "{at:?}");
    let (outcome, at, fetches) = run(rules(), 1, 1, |_, _, _| busy());
    assert_eq!((outcome, fetches.len()), (Outcome::Unreachable, 2));
    assert!(at < 301 * SECOND, "{at:?}");
}

#[test]
fn the_time_of_a_task_begins_anew_when_its_server_was_lost_and_came_back() {
    // The second task errs at the end of an outage of the whole server, and once more after it.
    let (outcome, _, _) = run(rules(), 2, 1, |now, task, _| match (now.as_secs(), task) {
        (0, _) => running(1.0),
        (1..=240, _) => unavailable(),
        (241..=330, 1) => unavailable(),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Ok);
}

#[test]
fn trouble_in_between_is_no_word_about_a_missing_task() {
    let (outcome, _, _) = run(rules(), 1, 1, |now, _, _| match now.as_secs() {
        0..=1 => running(1.0),
        2..=20 => missing(),
        21..=100 => unavailable(),
        101..=120 => missing(),
        _ => succeeded(),
    });
    assert_eq!(outcome, Outcome::Ok);
}

/// What a stormy watch did: its outcome, its end, and every fetch with its begin, its end, its endpoint and tasks.
type Storm = (Outcome, Duration, Vec<(Duration, Duration, usize, Vec<usize>)>);

/// A watch over several endpoints whose answers come late and in any order, and whose tasks name subtasks now and then,
/// decided by `seed`.
fn storm(rules: Rules, paces: &[Pace], endpoints: &[usize], seed: u64) -> Storm {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut now = Duration::ZERO;
    let mut scheduler = Scheduler::new(rules, paces, endpoints, now, seed);
    let mut endpoints = endpoints.to_vec();
    let mut open: Vec<(Batch, Duration, usize)> = Vec::new();
    let mut log: Vec<(Duration, Duration, usize, Vec<usize>)> = Vec::new();
    let mut batches: Vec<usize> = paces.iter().map(|pace| pace.batch_size).collect();
    for _ in 0..200_000 {
        let wake = match scheduler.next(now) {
            Step::Fetch(fetch) => {
                let (endpoint, tasks) = (fetch.endpoint, fetch.tasks.clone());
                assert!(!tasks.is_empty());
                assert!(tasks.iter().all(|&task| endpoints[task] == endpoint), "of one server only");
                assert!(tasks.iter().all(|&task| !scheduler.is_settled(task)), "an ended task is not asked");
                assert!(
                    tasks.len() <= batches[endpoint],
                    "{} in a batch of {}",
                    tasks.len(),
                    batches[endpoint]
                );
                let until = now + Duration::from_millis(random.u64(1..5000));
                open.push((fetch, until, log.len()));
                let under_way = open.iter().filter(|(_, _, at)| *at == log.len() || log[*at].2 == endpoint);
                assert!(under_way.count() <= paces[endpoint].jobs, "more requests than jobs");
                log.push((now, until, endpoint, tasks));
                continue;
            }
            Step::Done(outcome) => return (outcome, now, log),
            Step::SleepUntil(time) => Some(time),
            Step::Wait => None,
        };
        let first = open.iter().enumerate().min_by_key(|(_, (_, until, _))| *until).map(|(at, _)| at);
        match (first, wake) {
            (Some(at), wake) if wake.is_none_or(|wake| open[at].1 <= wake) => {
                let (fetch, until, logged) = open.swap_remove(at);
                now = now.max(until);
                let endpoint = log[logged].2;
                if random.u8(..20) == 0 {
                    batches[endpoint] = 1;
                }
                let whole = random.u8(..10);
                let answers: Vec<_> = log[logged]
                    .3
                    .iter()
                    .map(|_| match (whole, random.u8(..40)) {
                        (0, _) => unavailable(),
                        (1, _) => spoilt(),
                        (_, 0) => succeeded(),
                        (_, 1) => failed(),
                        (_, 2) => missing(),
                        (_, 3) => unavailable(),
                        (_, percent) => running(f64::from(percent)),
                    })
                    .collect();
                scheduler.answered(fetch, answers, batches[endpoint], now);
                if endpoints.len() < 100 && random.u8(..10) == 0 {
                    let subtasks = random.usize(1..20);
                    scheduler.add_subtasks(endpoint, subtasks, now);
                    endpoints.resize(endpoints.len() + subtasks, endpoint);
                }
            }
            (_, Some(wake)) => now = now.max(wake),
            (_, None) => panic!("it waits for nothing"),
        }
    }
    panic!("the watch does not end");
}

proptest! {
    #[test]
    fn whatever_comes_a_server_is_asked_no_more_and_no_more_often_than_allowed(
        sizes in proptest::collection::vec((1..30usize, 1..12usize, 1..5usize), 1..4),
        interval in 200..4000u64,
        seed: u64,
    ) {
        let interval = Duration::from_millis(interval);
        let paces: Vec<Pace> = sizes
            .iter()
            .map(|&(_, batch, jobs)| Pace { interval, max_interval: 15 * SECOND, jobs, batch_size: batch, waits: false })
            .collect();
        let endpoints: Vec<usize> =
            sizes.iter().enumerate().flat_map(|(endpoint, &(tasks, ..))| vec![endpoint; tasks]).collect();
        let rules = Rules { deadline: Some(600 * SECOND), retry_for: 60 * SECOND, ..rules() };
        let (_, at, log) = storm(rules, &paces, &endpoints, seed);
        prop_assert!(at <= 600 * SECOND);
        let mut last: std::collections::BTreeMap<usize, (Duration, Duration)> = std::collections::BTreeMap::new();
        for (begin, end, _, tasks) in log {
            for task in tasks {
                if let Some((last_begin, last_end)) = last.insert(task, (begin, end)) {
                    prop_assert!(begin >= last_end, "a task is asked while it is asked");
                    prop_assert!(begin >= last_begin + SHORTEST_INTERVAL, "{last_begin:?} {begin:?}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn a_watch_with_a_deadline_ends_and_no_order_of_answers_changes_the_verdict(
        answers in proptest::collection::vec((0..6u8, 0..6u8), 1..12),
        batch in 1..5usize,
    ) {
        let say = |kind: u8| match kind {
            0 => running(5.0),
            1 => succeeded(),
            2 => failed(),
            3 => Ok(task(State::Cancelled, None)),
            4 => unavailable(),
            _ => missing(),
        };
        let bounded = || Rules { deadline: Some(1000 * SECOND), ..rules() };
        let verdict = |answers: &[(u8, u8)]| {
            let (outcome, at, _) = run(bounded(), answers.len(), batch, |_, task, read| {
                say(if read < 3 { answers[task].0 } else { answers[task].1 })
            });
            prop_assert!(at <= 1001 * SECOND);
            Ok(outcome)
        };
        let forwards = verdict(&answers)?;
        let backwards: Vec<(u8, u8)> = answers.iter().rev().copied().collect();
        prop_assert_eq!(forwards, verdict(&backwards)?);
    }
}

#[test]
fn every_difference_that_is_displayed_is_a_change() {
    use crate::task::{PackedJson, Target};
    type Edit = fn(&mut Task);
    let edits: [Edit; 17] = [
        |task| task.name = Some("sync".to_owned()),
        |task| task.native_state = Some("RUNNING".to_owned()),
        |task| task.state = State::Blocked,
        |task| task.progress = Progress::steps(1, 2),
        |task| task.progress_message = Some("copying".to_owned()),
        |task| task.target = Target::known(None, Some("vm-1".to_owned()), None),
        |task| task.user = Some("root".to_owned()),
        |task| task.created_at = Some(jiff::Timestamp::UNIX_EPOCH),
        |task| task.started_at = Some(jiff::Timestamp::UNIX_EPOCH),
        |task| task.updated_at = Some(jiff::Timestamp::UNIX_EPOCH),
        |task| task.ended_at = Some(jiff::Timestamp::UNIX_EPOCH),
        |task| task.cancelable = Some(false),
        |task| task.children.push("t-2".to_owned()),
        |task| task.messages.push("one".to_owned()),
        |task| task.warnings[0] = "another text".to_owned(),
        |task| task.result = Some(PackedJson::new(serde_json::json!({"vm": "vm-1"}))),
        |task| task.details = Some(PackedJson::new(serde_json::json!({"site": "b"}))),
    ];
    let change = |before: &Task, after: &Task| {
        let mut scheduler = Scheduler::new(rules(), &[pace(1)], &[0], Duration::ZERO, 7);
        let mut now = Duration::ZERO;
        let mut last = None;
        for task in [before, after] {
            let fetch = loop {
                match scheduler.next(now) {
                    Step::Fetch(fetch) => break fetch,
                    Step::SleepUntil(time) => now = now.max(time),
                    other => panic!("{other:?}"),
                }
            };
            for transition in scheduler.answered(fetch, vec![Ok(task.clone())], 1, now) {
                if let Transition::Read { change, .. } = transition {
                    last = Some(change);
                }
            }
        }
        last.expect("a reading")
    };
    let mut before = task(State::Running, Some(50.0));
    before.warnings.push("a text".to_owned());
    assert_eq!(change(&before, &before), Change::Same);
    // The bytes differ by more than what is displayed of them.
    let raw = Task { raw: Box::from(&b"{}"[..]), ..before.clone() };
    assert_eq!(change(&before, &raw), Change::Same);
    for (number, edit) in edits.iter().enumerate() {
        let mut after = before.clone();
        edit(&mut after);
        assert_eq!(change(&before, &after), Change::Changed, "edit {number}");
        assert_eq!(change(&after, &before), Change::Changed, "edit {number} undone");
    }
}
