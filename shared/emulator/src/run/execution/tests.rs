use super::*;
use proptest::prelude::*;

fn execution(task_count: u32, parallelism: u32, max_retries: u32) -> Execution {
    let template = Template {
        image: "x".into(),
        args: vec![],
        env: [].into(),
        working_dir: None,
        task_count,
        parallelism,
        max_retries,
        timeout: 1,
    };
    Execution::new(
        "projects/p/locations/l/jobs/j/executions/j-abc".into(),
        template,
        0,
    )
}

#[test]
fn a_lost_attempt_comes_again_without_counting_as_failed() {
    let mut run = execution(1, 0, 0);
    assert_eq!(run.start(1), [0]);
    run.recover();
    assert_eq!((run.start(2), run.tasks[0].attempt), (vec![0], 1));
    run.end(0, End::Failed("exit 1".into()), 3);
    assert_eq!(
        run.result(),
        Some(Err("Task j-abc-task0 failed with message: exit 1".into()))
    );
}

#[test]
fn cancelling_ends_it_and_a_late_end_changes_nothing() {
    let mut run = execution(2, 1, 3);
    run.start(1);
    run.cancel(2);
    run.end(0, End::Succeeded, 3);
    assert_eq!(
        (run.completed, run.result()),
        (Some(2), Some(Err("The execution was cancelled.".into())))
    );
    assert_eq!(run.start(4), [0_usize; 0]);
}

proptest! {
    #[test]
    fn every_task_is_tried_until_it_succeeds_or_may_not_be_tried_again(
        tasks in 1_u32..6, parallelism in 0_u32..4, retries in 0_u32..3, ends in proptest::collection::vec(any::<(bool, bool)>(), 200),
    ) {
        let mut run = execution(tasks, parallelism, retries);
        let mut running = std::collections::VecDeque::new();
        for (succeeds, dies) in ends {
            running.extend(run.start(1));
            prop_assert!(parallelism == 0 || running.len() <= parallelism as usize);
            if dies {
                run.recover();
                running.clear();
                continue;
            }
            let Some(index) = running.pop_front() else { break };
            run.end(index, if succeeds { End::Succeeded } else { End::Failed("no".into()) }, 2);
        }
        for task in &run.tasks {
            prop_assert!(task.failures <= retries + 1);
            prop_assert_eq!(task.status == Status::Failed, task.failures == retries + 1);
        }
        let over = run.tasks.iter().all(|task| matches!(task.status, Status::Succeeded | Status::Failed));
        prop_assert_eq!(run.completed.is_some(), over);
        if let Some(result) = run.result() {
            prop_assert_eq!(result.is_ok(), run.tasks.iter().all(|task| task.status == Status::Succeeded));
        }
    }
}
