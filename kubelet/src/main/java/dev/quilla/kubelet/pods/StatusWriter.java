package dev.quilla.kubelet.pods;

import dev.quilla.client.ApiClient;
import dev.quilla.client.PatchType;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.View;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.PodStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells the masters how a pod is, by a patch of what is the kubelet's own: conditions that others
 * set, and everything else they write meanwhile, stay. One thread uses it.
 */
final class StatusWriter {

    private static final List<String> FORGOTTEN = List.of("reason", "message");

    /** Conditions that are there only while they hold. */
    private static final List<String> OF_RESIZING =
            List.of(PodResizing.Why.PENDING, PodResizing.Why.IN_PROGRESS);

    private final ApiClient client;
    private Optional<PodStatus> sent = Optional.empty();

    StatusWriter(ApiClient client) {
        this.client = client;
    }

    /**
     * Sends a status that was not sent before, unless the pod has it already.
     *
     * @param own only fields and conditions that are the kubelet's
     */
    void write(Pod pod, PodStatus own) {
        if (sent.filter(own::equals).isPresent() || has(pod.status(), own)) {
            sent = Optional.of(own);
            return;
        }
        try {
            client.resource(Resources.PODS)
                    .patchStatus(pod.key(), PatchType.STRATEGIC, patch(pod, own));
        } catch (ApiException e) {
            // Gone, or another pod of the name: nobody is left to be told.
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
        sent = Optional.of(own);
    }

    /**
     * The status as a strategic merge patch. Such a patch keeps what it does not name, so what no
     * longer holds is named as nothing: a condition that has come true has no reason any more.
     */
    static byte[] patch(Pod pod, PodStatus own) {
        Map<String, @Nullable Object> status = new LinkedHashMap<>(tree(own));
        FORGOTTEN.forEach(name -> status.putIfAbsent(name, null));
        List<Object> conditions = new ArrayList<>();
        for (PodCondition condition : own.conditions()) {
            Map<String, @Nullable Object> full = new LinkedHashMap<>(tree(condition));
            FORGOTTEN.forEach(name -> full.putIfAbsent(name, null));
            conditions.add(full);
        }
        past(pod.status(), own)
                .forEach(type -> conditions.add(Map.of("$patch", "delete", "type", type)));
        status.put("conditions", conditions);
        Map<String, @Nullable Object> patch = new LinkedHashMap<>();
        patch.put("metadata", Map.of("uid", pod.uid()));
        patch.put("status", status);
        return JsonTree.write(patch);
    }

    private static Map<String, @Nullable Object> tree(View view) {
        return JsonTree.parseObject(JsonCodec.encode(view.struct()));
    }

    /** Conditions that are the kubelet's and hold no more. */
    private static List<String> past(PodStatus now, PodStatus own) {
        return OF_RESIZING.stream()
                .filter(type -> now.conditions().stream().anyMatch(c -> c.type().equals(type)))
                .filter(type -> own.conditions().stream().noneMatch(c -> c.type().equals(type)))
                .toList();
    }

    private static boolean has(PodStatus now, PodStatus own) {
        if (!past(now, own).isEmpty()) {
            return false;
        }
        List<PodCondition> others =
                now.conditions().stream()
                        .filter(c ->
                                own.conditions().stream().noneMatch(o -> o.type().equals(c.type())))
                        .toList();
        return now.toBuilder()
                .conditions(now.conditions().stream().filter(c -> !others.contains(c)).toList())
                .clearQosClass()
                .build()
                .equals(own);
    }
}
