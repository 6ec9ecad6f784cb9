//! What the API says of tasks, operations and logs, and what it refuses.

use super::*;

#[tokio::test]
async fn tasks_tell_how_they_ended() {
    let fixture = Fixture::new();
    let script = "echo from $CLOUD_RUN_TASK_INDEX; [ $CLOUD_RUN_TASK_INDEX = 0 ] || exit 7";
    fixture.job(script, json!({"maxRetries": 1})).await;
    let name = fixture.run(json!({"taskCount": 2})).await;
    fixture.ended(&name).await;
    let (_, listed) = fixture
        .call("GET", &format!("/v2/{name}/tasks?pageSize=1"), json!({}))
        .await;
    assert_eq!(listed["tasks"][0]["lastAttemptResult"]["exitCode"], 0);
    let next = listed["nextPageToken"].as_str().unwrap();
    let (_, listed) = fixture
        .call("GET", &format!("/v2/{name}/tasks?pageToken={next}"), json!({}))
        .await;
    assert_eq!(
        (listed["tasks"].as_array().map(Vec::len), &listed["nextPageToken"]),
        (Some(1), &json!(""))
    );
    let task = &listed["tasks"][0];
    assert_eq!(
        (
            &task["index"],
            &task["retried"],
            &task["lastAttemptResult"]["exitCode"]
        ),
        (&json!(1), &json!(1), &json!(7))
    );
    assert_eq!(task["conditions"][0]["executionReason"], "NON_ZERO_EXIT_CODE");
    let path = format!("/v2/{}", task["name"].as_str().unwrap());
    assert_eq!(fixture.call("GET", &path, json!({})).await.1, *task);
    assert_eq!(
        fixture.call("GET", &format!("{path}0"), json!({})).await.0,
        StatusCode::NOT_FOUND
    );

    let (_, logs) = fixture
        .call(
            "GET",
            &format!("/_emulator/run/logs?execution={name}&task=1"),
            json!({}),
        )
        .await;
    let text = json!({"task": 1, "attempt": 0, "text": "from 1\n", "size": 7});
    assert_eq!(
        (logs["logs"].as_array().map(Vec::len), &logs["logs"][0]),
        (Some(2), &text)
    );
    let (_, job) = fixture.call("GET", &format!("/v2/{JOB}"), json!({})).await;
    assert_eq!(
        job["latestCreatedExecution"]["completionStatus"],
        "EXECUTION_FAILED"
    );
}

#[tokio::test]
async fn validating_only_changes_nothing_and_an_old_etag_is_refused() {
    let fixture = Fixture::new();
    let body = json!({"template": {"template": {"containers": [{"image": "shell", "args": ["exit 0"]}]}}});
    let jobs = "/v2/projects/demo/locations/l/jobs";
    let (status, _) = fixture
        .call(
            "POST",
            &format!("{jobs}?jobId=work&validateOnly=true"),
            body.clone(),
        )
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        fixture.call("GET", &format!("/v2/{JOB}"), json!({})).await.0,
        StatusCode::NOT_FOUND
    );

    let patch = format!("/v2/{JOB}?allowMissing=true");
    let (_, made) = fixture.call("PATCH", &patch, body.clone()).await;
    let etag = made["response"]["etag"].as_str().unwrap().to_owned();
    let (_, run) = fixture
        .call("POST", &format!("/v2/{JOB}:run"), json!({"validateOnly": true}))
        .await;
    assert_eq!(run["metadata"]["taskCount"], 1);
    let (_, listed) = fixture
        .call("GET", &format!("/v2/{JOB}/executions"), json!({}))
        .await;
    assert_eq!(listed["executions"], json!([]));
    fixture.call("PATCH", &format!("/v2/{JOB}"), body).await;
    let (status, refused) = fixture
        .call("POST", &format!("/v2/{JOB}:run"), json!({"etag": etag}))
        .await;
    assert_eq!(
        (status, &refused["error"]["status"]),
        (StatusCode::CONFLICT, &json!("ABORTED"))
    );
    let delete = format!("/v2/{JOB}?validateOnly=true");
    assert_eq!(fixture.call("DELETE", &delete, json!({})).await.0, StatusCode::OK);
    assert_eq!(
        fixture.call("GET", &format!("/v2/{JOB}"), json!({})).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn operations_are_found_again_also_after_a_restart() {
    let fixture = Fixture::new();
    let body = json!({"template": {"template": {"containers": [{"image": "shell", "args": ["exit 0"]}]}}});
    let jobs = "/v2/projects/demo/locations/l/jobs?jobId=work";
    let (_, made) = fixture.call("POST", jobs, body).await;
    let name = fixture.run(json!({})).await;
    fixture.ended(&name).await;
    let fixture = fixture.reopen();
    let path = format!("/v2/{}", made["name"].as_str().unwrap());
    assert_eq!(fixture.call("GET", &path, json!({})).await.1, made);
    let (_, listed) = fixture
        .call("GET", "/v2/projects/demo/locations/l/operations", json!({}))
        .await;
    assert_eq!(listed["operations"].as_array().map(Vec::len), Some(2));
    let (_, none) = fixture
        .call("GET", "/v2/projects/demo/locations/other/operations", json!({}))
        .await;
    assert_eq!(none["operations"], json!([]));
}

#[tokio::test]
async fn a_task_is_asked_to_end_before_it_is_killed() {
    let fixture = Fixture::new();
    let (said, held) = (fixture.pipe("said"), fixture.pipe("held"));
    // it hears the wish and stays until it is killed
    let script = format!(
        "exec 3>{}; trap 'echo asked >&3' TERM; echo started >&3; while :; do read x <>{}; done",
        said.display(),
        held.display()
    );
    fixture.job(&script, json!({"maxRetries": 0})).await;
    let name = fixture.run(json!({})).await;
    let mut reader = started(&said).await;
    let (_, cancelled) = fixture
        .call("POST", &format!("/v2/{name}:cancel"), json!({}))
        .await;
    assert_eq!(cancelled["done"], true);
    let mut line = String::new();
    reader.read_line(&mut line).await.unwrap();
    assert_eq!(line, "asked\n");
    assert_eq!(
        fixture.emulator.jobs.pending(Some("demo")).len(),
        1,
        "its process still lives"
    );
    fixture.emulator.core.clock.set_offset(11_000_000);
    gone(reader).await;
}

#[tokio::test]
async fn what_is_unknown_is_refused() {
    let fixture = Fixture::new();
    fixture.job("exit 0", json!({})).await;
    for (method, path, body, status) in [
        (
            "GET",
            format!("/v2/{JOB}:getIamPolicy"),
            json!({}),
            StatusCode::NOT_IMPLEMENTED,
        ),
        (
            "GET",
            format!("/v2/{JOB}?view=FULL"),
            json!({}),
            StatusCode::NOT_IMPLEMENTED,
        ),
        (
            "POST",
            format!("/v2/{JOB}:run"),
            json!({"override": {}}),
            StatusCode::BAD_REQUEST,
        ),
        (
            "POST",
            format!("/v2/{JOB}:run"),
            json!({"validateOnly": 1}),
            StatusCode::BAD_REQUEST,
        ),
        (
            "POST",
            format!("/v2/{JOB}:run"),
            json!({"overrides": {"memory": "1Gi"}}),
            StatusCode::NOT_IMPLEMENTED,
        ),
        (
            "GET",
            format!("/v2/{JOB}/executions?pageSize=-1"),
            json!({}),
            StatusCode::BAD_REQUEST,
        ),
        (
            "GET",
            format!("/v2/{JOB}/executions/none/tasks"),
            json!({}),
            StatusCode::NOT_FOUND,
        ),
        (
            "POST",
            "/v2/projects/demo/locations/l/operations/none:wait".to_owned(),
            json!({}),
            StatusCode::NOT_FOUND,
        ),
    ] {
        let (answered, told) = fixture.call(method, &path, body).await;
        assert_eq!(answered, status, "{method} {path}: {told}");
    }
}
