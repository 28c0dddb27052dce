package dev.quilla.controller.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.PatchType;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When pods of a job may go. */
class JobTrackingTest {

    private final JobRun run = new JobRun("completions: 2\n  parallelism: 2");
    private final JobOrphanController orphans =
            new JobOrphanController(run.cluster.client, run.cluster.informers);

    @AfterEach
    void close() {
        run.close();
    }

    private Pod running() {
        Pod pod = run.cluster.bind(run.active().getFirst(), "node-1");
        return run.cluster.report(pod, "Running", true, "10.0.0.1");
    }

    private List<Pod> tracked() {
        return run.cluster.all(Resources.PODS).stream().filter(JobTracking::isTracked).toList();
    }

    private void patch(Pod pod, String patch) {
        run.cluster
                .client
                .resource(Resources.PODS)
                .patch(pod.key(), PatchType.MERGE, patch.getBytes(StandardCharsets.UTF_8));
    }

    private void lookForOrphans() {
        tracked().forEach(p -> run.cluster.reconcile(orphans, p.key()));
    }

    private boolean isThere(Pod pod) {
        return run.cluster.find(Resources.PODS, pod.name()).isPresent();
    }

    private void kubeletForgets(Pod pod) {
        run.cluster
                .client
                .resource(Resources.PODS)
                .delete(pod.key(), DeleteOptions.builder().gracePeriodSeconds(0).build());
    }

    @Test
    void podDeletedWhileItRunsIsReplacedAtOnceAndGoesWithItsContainers() {
        run.reconcile();
        Pod pod = running();
        run.delete(pod);
        run.reconcile();
        assertEquals(1, run.job().status().failed());
        run.reconcile();
        assertEquals(2, run.active().size());
        assertTrue(isThere(pod));
        kubeletForgets(pod);
        assertFalse(isThere(pod));
        run.finish();
        run.check(2);
    }

    @Test
    void podThatMustEndBeforeItIsReplacedIsCountedWhenItHas() {
        run.cluster
                .client
                .resource(Resources.JOBS)
                .patch(
                        run.job().key(),
                        PatchType.MERGE,
                        "{\"spec\":{\"podReplacementPolicy\":\"Failed\"}}"
                                .getBytes(StandardCharsets.UTF_8));
        run.reconcile();
        Pod pod = running();
        run.delete(pod);
        run.reconcile();
        assertEquals(0, run.job().status().failed());
        assertEquals(1, run.job().status().terminating());
        assertEquals(1, run.active().size());
        kubeletForgets(pod);
        assertTrue(isThere(pod));
        run.reconcile();
        assertFalse(isThere(pod));
        run.finish();
        run.check(2);
    }

    @Test
    void podsThatTheControllerRemovesDontCount() {
        run.reconcile();
        Pod pod = running();
        run.cluster
                .client
                .resource(Resources.JOBS)
                .update(run.job().toBuilder().spec(s -> s.suspend(true)).build());
        run.reconcile();
        assertEquals(List.of(), tracked());
        assertEquals(List.of(), run.active());
        kubeletForgets(pod);
        run.reconcile();
        assertEquals(0, run.job().status().failed());
    }

    @Test
    void jobThatIsDeletedLetsItsPodsGo() {
        run.reconcile();
        run.cluster
                .client
                .resource(Resources.JOBS)
                .delete(
                        run.job().key(),
                        DeleteOptions.builder().propagationPolicy("Foreground").build());
        assertEquals(2, tracked().size());
        run.reconcile();
        assertEquals(List.of(), tracked());
    }

    @Test
    void podsOfAJobThatIsGoneAreLetGo() {
        run.reconcile();
        lookForOrphans();
        assertEquals(2, tracked().size());
        run.cluster
                .client
                .resource(Resources.JOBS)
                .delete(
                        run.job().key(),
                        DeleteOptions.builder().propagationPolicy("Background").build());
        lookForOrphans();
        assertEquals(List.of(), tracked());
    }

    @Test
    void podWithoutAnOwnerIsLetGo() {
        run.reconcile();
        Pod pod = run.active().getFirst();
        patch(pod, "{\"metadata\":{\"ownerReferences\":null}}");
        lookForOrphans();
        assertEquals(1, tracked().size());
        assertTrue(isThere(pod));
    }

    @Test
    void podThatTheSelectorNoLongerChoosesIsLetGo() {
        run.reconcile();
        Pod pod = run.active().getFirst();
        patch(pod, "{\"metadata\":{\"labels\":null}}");
        run.reconcile();
        Pod free = run.cluster.get(Resources.PODS, pod.name());
        assertEquals(List.of(), free.metadata().ownerReferences());
        assertFalse(JobTracking.isTracked(free));
        run.reconcile();
        assertEquals(2, tracked().size());
    }
}
