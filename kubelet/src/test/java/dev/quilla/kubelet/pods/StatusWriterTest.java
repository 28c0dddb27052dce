package dev.quilla.kubelet.pods;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.core.v1.PodStatus;
import dev.quilla.model.patch.StrategicMergePatch;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusWriterTest {

    private static PodStatus status(PodCondition condition) {
        return PodStatus.builder().phase("Running").conditions(List.of(condition)).build();
    }

    @Test
    void aConditionThatHasComeTrueHasNoReasonAnyMore() {
        PodCondition ready = PodCondition.builder().type("Ready").status("True").build();
        PodStatus unready =
                status(
                        ready.toBuilder()
                                .status("False")
                                .reason("ContainersNotReady")
                                .message("containers with unready status: [c]")
                                .build());
        Pod before =
                Pod.builder()
                        .metadata(m -> m.name("p").uid("u"))
                        .status(unready.toBuilder().reason("Evicted").build())
                        .build();
        Object after =
                StrategicMergePatch.apply(
                        Pod.definition(),
                        JsonTree.parseObject(JsonCodec.encode(before.struct())),
                        JsonTree.parseObject(StatusWriter.patch(before, status(ready))));
        Pod patched = new Pod(JsonCodec.decode(Pod.definition(), JsonTree.write(after)));
        assertEquals(status(ready), patched.status());
    }

    @Test
    void aConditionOfResizingGoesWhenItHoldsNoMore() {
        PodCondition ready = PodCondition.builder().type("Ready").status("True").build();
        PodCondition pending =
                PodCondition.builder().type("PodResizePending").status("True").build();
        Pod before =
                Pod.builder()
                        .metadata(m -> m.name("p").uid("u"))
                        .status(s -> s.phase("Running").conditions(List.of(ready, pending)))
                        .build();
        Object after =
                StrategicMergePatch.apply(
                        Pod.definition(),
                        JsonTree.parseObject(JsonCodec.encode(before.struct())),
                        JsonTree.parseObject(StatusWriter.patch(before, status(ready))));
        Pod patched = new Pod(JsonCodec.decode(Pod.definition(), JsonTree.write(after)));
        assertEquals(status(ready), patched.status());
    }
}
