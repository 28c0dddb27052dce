package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.controller.TestCluster;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.batch.v1.CronJob;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CronJobControllerTest {

    private static final ObjectKey KEY = new ObjectKey("default", "report");
    private static final long FIRST = Instant.parse("2030-01-01T00:05:00Z").getEpochSecond() / 60;

    private final TestCluster cluster = new TestCluster();
    private final CronJobController controller =
            new CronJobController(cluster.client, cluster.informers, cluster.events, cluster.clock);

    @AfterEach
    void close() {
        cluster.close();
    }

    /** Every five minutes, from midnight. */
    private void create(String spec) {
        cluster.create(
                Resources.CRON_JOBS,
                """
                metadata: {name: report}
                spec:
                  schedule: "*/5 * * * *"
                  %s
                  jobTemplate:
                    metadata: {labels: {app: report}}
                    spec:
                      template:
                        spec: {restartPolicy: Never, containers: [{name: c, image: "r:1"}]}
                """
                        .formatted(spec));
    }

    private Duration after(Duration time) {
        cluster.clock.pass(time);
        return TestCluster.delay(cluster.reconcile(controller, KEY));
    }

    private CronJob cron() {
        return cluster.get(Resources.CRON_JOBS, "report");
    }

    private List<String> jobs() {
        return cluster.all(Resources.JOBS).stream()
                .filter(j -> !j.metadata().hasDeletionTimestamp())
                .map(Job::name)
                .toList();
    }

    private static List<String> names(long... times) {
        return java.util.Arrays.stream(times).mapToObj(t -> "report-" + t).toList();
    }

    private void end(String condition) {
        for (Job job : cluster.all(Resources.JOBS)) {
            if (!JobPlan.hasEnded(job)) {
                String decided =
                        condition.equals("Complete") ? "SuccessCriteriaMet" : "FailureTarget";
                List<JobCondition> ended =
                        List.of(decided, condition).stream()
                                .map(t -> JobCondition.builder().type(t).status("True").build())
                                .toList();
                Instant now = cluster.clock.instant();
                cluster.client
                        .resource(Resources.JOBS)
                        .updateStatus(
                                job.toBuilder()
                                        .status(s -> {
                                            s.startTime(now).conditions(ended);
                                            return condition.equals("Complete")
                                                    ? s.completionTime(now)
                                                    : s;
                                        })
                                        .build());
            }
        }
    }

    @Test
    void scheduleThatNeverComesIsToldOf() {
        cluster.create(
                Resources.CRON_JOBS,
                """
                metadata: {name: report}
                spec:
                  schedule: "59 23 31 2 *"
                  jobTemplate:
                    spec:
                      template:
                        spec: {restartPolicy: Never, containers: [{name: c, image: "r:1"}]}
                """);
        after(Duration.ofMinutes(5));
        assertEquals(List.of(), jobs());
        assertTrue(cluster.event("InvalidSchedule").contains("59 23 31 2 *"));
    }

    @Test
    void makesAJobAtItsTimeAndOnlyOne() {
        create("");
        assertEquals(Duration.ofMinutes(5).plusMillis(1), after(Duration.ZERO));
        assertEquals(List.of(), jobs());
        after(Duration.ofMinutes(5));
        after(Duration.ofSeconds(10));
        assertEquals(names(FIRST), jobs());
        Job job = cluster.all(Resources.JOBS).getFirst();
        assertEquals("report", job.metadata().labels().get("app"));
        assertEquals(
                "2030-01-01T00:05:00Z",
                job.metadata()
                        .annotations()
                        .get("batch.kubernetes.io/cronjob-scheduled-timestamp"));
        assertEquals("CronJob", job.metadata().ownerReferences().getFirst().kind());
        assertEquals(job.name(), cron().status().active().getFirst().name());
        assertEquals(
                Instant.parse("2030-01-01T00:05:00Z"),
                cron().status().lastScheduleTime().orElseThrow());
        assertEquals("Created job " + job.name(), cluster.event("SuccessfulCreate"));
    }

    @Test
    void ofManyMissedTimesTheLastIsMadeUpFor() {
        create("");
        after(Duration.ofHours(10));
        assertEquals(names(FIRST + 595), jobs());
    }

    @Test
    void whatMissedItsDeadlineIsNotStarted() {
        create("startingDeadlineSeconds: 60");
        after(Duration.ofMinutes(7));
        assertEquals(List.of(), jobs());
        assertTrue(cluster.event("MissSchedule").contains("00:05:00"));
    }

    @Test
    void aSuspendedOneRestsAndEndsOldJobsAllTheSame() {
        create("suspend: true");
        assertEquals(Duration.ZERO, after(Duration.ofHours(1)));
        assertEquals(List.of(), jobs());
    }

    @Test
    void forbidWaitsForTheJobBefore() {
        create("concurrencyPolicy: Forbid");
        after(Duration.ofMinutes(5));
        after(Duration.ofMinutes(5));
        assertEquals(names(FIRST), jobs());
        cluster.event("JobAlreadyActive");
        end("Complete");
        after(Duration.ofMinutes(1));
        assertEquals(names(FIRST, FIRST + 5), jobs());
        assertEquals(
                Instant.parse("2030-01-01T00:10:00Z"),
                cron().status().lastSuccessfulTime().orElseThrow());
        cluster.event("SawCompletedJob");
    }

    @Test
    void replaceEndsTheJobBefore() {
        create("concurrencyPolicy: Replace");
        after(Duration.ofMinutes(5));
        after(Duration.ofMinutes(5));
        assertEquals(names(FIRST + 5), jobs());
        assertEquals(1, cron().status().active().size());
    }

    @Test
    void allowLetsThemRunTogether() {
        create("concurrencyPolicy: Allow");
        after(Duration.ofMinutes(5));
        after(Duration.ofMinutes(5));
        assertEquals(2, cron().status().active().size());
    }

    @Test
    void keepsOnlyTheNewestJobsThatEnded() {
        create("successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 0".replace(", ", "\n  "));
        for (int i = 0; i < 4; i++) {
            after(Duration.ofMinutes(5));
            end(i == 3 ? "Failed" : "Complete");
        }
        after(Duration.ofMinutes(1));
        assertEquals(names(FIRST + 5, FIRST + 10), jobs());
    }

    @Test
    void saysThatAScheduleMakesNoSense() {
        cluster.store(
                Resources.CRON_JOBS,
                """
                kind: CronJob
                apiVersion: batch/v1
                metadata: {name: report, creationTimestamp: "2030-01-01T00:00:00Z"}
                spec: {schedule: "*/5 * * * *", timeZone: Nowhere/Land}
                """);
        after(Duration.ofMinutes(5));
        assertEquals("invalid timeZone: Nowhere/Land", cluster.event("UnknownTimeZone"));
    }
}
