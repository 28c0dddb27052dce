package dev.quilla.controller.workload;

import dev.quilla.model.batch.v1.Job;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the pods of a job differ from its template. Pure. */
final class JobPods {

    private JobPods() {}

    /** A pod that can be told to be the job's, and counted. */
    static Pod tracked(Job job, Pod pod) {
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        for (String prefix : List.of("", "batch.kubernetes.io/")) {
            labels.put(prefix + "job-name", job.name());
            labels.put(prefix + "controller-uid", job.uid());
        }
        return pod.toBuilder()
                .metadata(m -> m.labels(labels).finalizers(List.of(JobTracking.FINALIZER)))
                .build();
    }

    /** A pod that does the work of an index. */
    static Pod indexed(Job job, Pod pod, int index) {
        String name = job.name() + "-" + index;
        Map<String, String> annotations = new HashMap<>(pod.metadata().annotations());
        annotations.put(JobIndexes.INDEX, Integer.toString(index));
        Map<String, String> labels = new HashMap<>(pod.metadata().labels());
        labels.put(JobIndexes.INDEX, Integer.toString(index));
        List<Container> containers =
                pod.spec().containers().stream().map(c -> withIndex(c, index)).toList();
        return pod.toBuilder()
                .metadata(m -> m.generateName(name + "-").annotations(annotations).labels(labels))
                .spec(s -> s.hostname(name).containers(containers))
                .build();
    }

    /** A pod that says what has become of its index before it. */
    static Pod after(Pod pod, IndexTries.Tries before) {
        Map<String, String> annotations = new HashMap<>(pod.metadata().annotations());
        annotations.put(IndexTries.FAILED, Integer.toString(before.failed()));
        if (before.ignored() > 0) {
            annotations.put(IndexTries.IGNORED, Integer.toString(before.ignored()));
        }
        return pod.toBuilder().metadata(m -> m.annotations(annotations)).build();
    }

    private static Container withIndex(Container container, int index) {
        List<EnvVar> env = new ArrayList<>(container.env());
        env.add(
                EnvVar.builder()
                        .name("JOB_COMPLETION_INDEX")
                        .value(Integer.toString(index))
                        .build());
        return container.toBuilder().env(env).build();
    }
}
