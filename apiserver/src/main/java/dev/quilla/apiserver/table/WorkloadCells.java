package dev.quilla.apiserver.table;

import dev.quilla.model.IntOrString;
import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.ControllerRevision;
import dev.quilla.model.apps.v1.DaemonSet;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.apps.v1.StatefulSet;
import dev.quilla.model.batch.v1.CronJob;
import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ReplicationController;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.OwnerReference;
import dev.quilla.model.policy.v1.PodDisruptionBudget;
import dev.quilla.model.selector.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the columns of kinds show that run pods. */
final class WorkloadCells {

    private WorkloadCells() {}

    static Map<String, Cells> byResource() {
        return Map.of(
                "deployments.apps", WorkloadCells::deployment,
                "replicasets.apps", WorkloadCells::replicaSet,
                "replicationcontrollers", WorkloadCells::replicationController,
                "statefulsets.apps", WorkloadCells::statefulSet,
                "daemonsets.apps", WorkloadCells::daemonSet,
                "controllerrevisions.apps", WorkloadCells::revision,
                "jobs.batch", WorkloadCells::job,
                "cronjobs.batch", WorkloadCells::cronJob,
                "poddisruptionbudgets.policy", WorkloadCells::budget);
    }

    private static Object deployment(String column, Struct object, Instant now) {
        Deployment d = new Deployment(object);
        return switch (column) {
            case "Ready" -> d.status().readyReplicas() + "/" + d.spec().replicas();
            case "Up-to-date" -> d.status().updatedReplicas();
            case "Available" -> d.status().availableReplicas();
            case "Selector" -> selector(d.spec().selector());
            default -> workload(column, d.spec().template().spec().containers(), object, now);
        };
    }

    private static Object replicaSet(String column, Struct object, Instant now) {
        ReplicaSet r = new ReplicaSet(object);
        return switch (column) {
            case "Desired" -> r.spec().replicas();
            case "Current" -> r.status().replicas();
            case "Ready" -> r.status().readyReplicas();
            case "Selector" -> selector(r.spec().selector());
            default -> workload(column, r.spec().template().spec().containers(), object, now);
        };
    }

    private static Object replicationController(String column, Struct object, Instant now) {
        ReplicationController c = new ReplicationController(object);
        return switch (column) {
            case "Desired" -> c.spec().replicas();
            case "Current" -> c.status().replicas();
            case "Ready" -> c.status().readyReplicas();
            case "Selector" -> Cells.joined(KindCells.pairs(c.spec().selector()));
            default -> workload(column, c.spec().template().spec().containers(), object, now);
        };
    }

    private static Object statefulSet(String column, Struct object, Instant now) {
        StatefulSet s = new StatefulSet(object);
        return column.equals("Ready")
                ? s.status().readyReplicas() + "/" + s.spec().replicas()
                : workload(column, s.spec().template().spec().containers(), object, now);
    }

    private static Object daemonSet(String column, Struct object, Instant now) {
        DaemonSet d = new DaemonSet(object);
        return switch (column) {
            case "Desired" -> d.status().desiredNumberScheduled();
            case "Current" -> d.status().currentNumberScheduled();
            case "Ready" -> d.status().numberReady();
            case "Up-to-date" -> d.status().updatedNumberScheduled();
            case "Available" -> d.status().numberAvailable();
            case "Node Selector" ->
                    Cells.joined(
                            d.spec().template().spec().nodeSelector().entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue())
                                    .toList());
            case "Selector" -> selector(d.spec().selector());
            default -> workload(column, d.spec().template().spec().containers(), object, now);
        };
    }

    private static Object job(String column, Struct object, Instant now) {
        Job j = new Job(object);
        return switch (column) {
            case "Status" -> jobStatus(j);
            case "Completions" ->
                    j.status().succeeded()
                            + "/"
                            + (j.spec().hasCompletions()
                                    ? j.spec().completions()
                                    : queueSize(j.spec().parallelism()));
            case "Duration" ->
                    j.status().startTime().isEmpty()
                            ? ""
                            : Ages.since(j.status().startTime(), jobEnd(j).orElse(now));
            case "Selector" -> selector(j.spec().selector());
            default -> workload(column, j.spec().template().spec().containers(), object, now);
        };
    }

    private static String queueSize(int parallelism) {
        return parallelism > 1 ? "1 of " + parallelism : "1";
    }

    private static String jobStatus(Job job) {
        for (String condition : List.of("Complete", "Failed", "Suspended")) {
            if (isTrue(job, condition)) {
                return condition;
            }
        }
        return job.metadata().hasDeletionTimestamp() ? "Terminating" : "Running";
    }

    private static boolean isTrue(Job job, String condition) {
        return job.status().conditions().stream()
                .anyMatch(c -> c.type().equals(condition) && c.status().equals("True"));
    }

    private static Optional<Instant> jobEnd(Job job) {
        return job.status()
                .completionTime()
                .or(() ->
                        job.status().conditions().stream()
                                .filter(c -> c.type().equals("Failed") && c.status().equals("True"))
                                .flatMap(c -> c.lastTransitionTime().stream())
                                .findFirst());
    }

    private static Object cronJob(String column, Struct object, Instant now) {
        CronJob c = new CronJob(object);
        return switch (column) {
            case "Schedule" -> c.spec().schedule();
            case "Timezone" -> c.spec().timeZone().isEmpty() ? "<none>" : c.spec().timeZone();
            case "Suspend" -> capital(c.spec().suspend());
            case "Active" -> c.status().active().size();
            case "Last Schedule" ->
                    c.status().lastScheduleTime().isEmpty()
                            ? "<none>"
                            : Ages.since(c.status().lastScheduleTime(), now);
            case "Selector" -> selector(c.spec().jobTemplate().spec().selector());
            default ->
                    workload(
                            column,
                            c.spec().jobTemplate().spec().template().spec().containers(),
                            object,
                            now);
        };
    }

    private static String capital(boolean value) {
        return value ? "True" : "False";
    }

    private static Object revision(String column, Struct object, Instant now) {
        ControllerRevision r = new ControllerRevision(object);
        return switch (column) {
            case "Controller" ->
                    r.metadata().ownerReferences().stream()
                            .filter(OwnerReference::controller)
                            .findFirst()
                            .map(WorkloadCells::name)
                            .orElse("<none>");
            case "Revision" -> r.revision();
            default -> Cells.common(column, object, now);
        };
    }

    private static String name(OwnerReference owner) {
        int slash = owner.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : "." + owner.apiVersion().substring(0, slash);
        return owner.kind().toLowerCase(Locale.ROOT) + group + "/" + owner.name();
    }

    private static Object budget(String column, Struct object, Instant now) {
        PodDisruptionBudget b = new PodDisruptionBudget(object);
        return switch (column) {
            case "Min Available" -> amount(b.spec().minAvailable());
            case "Max Unavailable" -> amount(b.spec().maxUnavailable());
            case "Allowed Disruptions" -> b.status().disruptionsAllowed();
            default -> Cells.common(column, object, now);
        };
    }

    private static String amount(Optional<IntOrString> amount) {
        return amount.map(IntOrString::toString).orElse("N/A");
    }

    private static String selector(LabelSelector selector) {
        String text = Selector.of(selector).toString();
        return selector.struct().isEmpty() ? "<none>" : text;
    }

    private static Object workload(
            String column, List<Container> containers, Struct object, Instant now) {
        return switch (column) {
            case "Containers" -> Cells.joined(containers.stream().map(Container::name).toList());
            case "Images" -> Cells.joined(containers.stream().map(Container::image).toList());
            default -> Cells.common(column, object, now);
        };
    }
}
