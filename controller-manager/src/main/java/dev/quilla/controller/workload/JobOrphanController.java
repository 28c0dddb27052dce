package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Change;
import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.controller.Controller;
import dev.quilla.controller.Owners;
import dev.quilla.controller.Trigger;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.OwnerReference;
import java.util.List;
import java.util.Optional;

/** Lets pods go that wait to be counted by a job that is gone, or that they no longer belong to. */
public final class JobOrphanController implements Controller {

    private final ApiClient client;
    private final Informer<Job> jobs;
    private final Informer<Pod> pods;
    private final JobTracking tracking;

    /** Works through a client and shared informers. */
    public JobOrphanController(ApiClient client, Informers informers) {
        this.client = client;
        this.jobs = informers.of(Resources.JOBS);
        this.pods = informers.of(Resources.PODS);
        this.tracking = new JobTracking(client);
    }

    @Override
    public String name() {
        return "job-orphan";
    }

    /** Keys are pods. */
    @Override
    public List<Trigger> triggers() {
        return List.of(
                Trigger.on(pods, p -> JobTracking.isTracked(p) ? List.of(p.key()) : List.of()),
                add ->
                        jobs.onChange(change -> {
                            if (change instanceof Change.Deleted<? extends Job>(Job last)) {
                                pods.inNamespace(last.namespace())
                                        .filter(JobTracking::isTracked)
                                        .filter(p -> Owners.isOwnedBy(p, last))
                                        .forEach(p -> add.accept(p.key()));
                            }
                        }));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        pods.get(key)
                .filter(JobTracking::isTracked)
                .filter(this::isOrphan)
                .ifPresent(pod -> tracking.release(List.of(pod), p -> {}));
        return Outcome.DONE;
    }

    /** What another kind of owner does with the finalizer is its business. */
    private boolean isOrphan(Pod pod) {
        Optional<OwnerReference> owner = Owners.controller(pod);
        if (owner.isEmpty()) {
            return true;
        }
        if (!owner.get().kind().equals("Job") || !owner.get().apiVersion().startsWith("batch/")) {
            return false;
        }
        ObjectKey job = new ObjectKey(pod.namespace(), owner.get().name());
        return isNot(jobs.get(job), owner.get())
                && isNot(client.resource(Resources.JOBS).find(job), owner.get());
    }

    private static boolean isNot(Optional<Job> job, OwnerReference owner) {
        return job.filter(j -> j.uid().equals(owner.uid())).isEmpty();
    }
}
