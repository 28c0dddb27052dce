package dev.quilla.apiserver.admission;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Toleration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a pod stays on a node that is lost, where it does not say so itself. Whoever replaces a
 * pod need not repeat it.
 */
public final class DefaultTolerationsAdmission implements Admission {

    private static final long STAYS_SECONDS = 300;
    private static final List<String> LOST =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("", "pods") && !request.changes("", "pods", "")) {
            return object;
        }
        Pod pod = new Pod(object);
        List<Toleration> all = new ArrayList<>(pod.spec().tolerations());
        for (String taint : LOST) {
            if (all.stream().noneMatch(t -> speaksOf(t, taint))) {
                all.add(
                        Toleration.builder()
                                .key(taint)
                                .operator("Exists")
                                .effect("NoExecute")
                                .tolerationSeconds(STAYS_SECONDS)
                                .build());
            }
        }
        return pod.toBuilder().spec(s -> s.tolerations(all)).build().struct();
    }

    private static boolean speaksOf(Toleration toleration, String taint) {
        return (toleration.key().equals(taint) || toleration.key().isEmpty())
                && (toleration.effect().isEmpty() || toleration.effect().equals("NoExecute"));
    }
}
