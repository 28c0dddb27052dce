package dev.quilla.kubelet.pods;

import dev.quilla.client.ApiClient;
import dev.quilla.client.PatchType;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.PodStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Tells the masters how a pod is, by a patch of what is the kubelet's own: conditions that others
 * set, and everything else they write meanwhile, stay. One thread uses it.
 */
final class StatusWriter {

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
        String status = new String(JsonCodec.encode(own.struct()), StandardCharsets.UTF_8);
        String patch = "{\"metadata\":{\"uid\":\"%s\"},\"status\":%s}".formatted(pod.uid(), status);
        try {
            client.resource(Resources.PODS)
                    .patchStatus(
                            pod.key(), PatchType.STRATEGIC, patch.getBytes(StandardCharsets.UTF_8));
        } catch (ApiException e) {
            // Gone, or another pod of the name: nobody is left to be told.
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
        sent = Optional.of(own);
    }

    private static boolean has(PodStatus now, PodStatus own) {
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
