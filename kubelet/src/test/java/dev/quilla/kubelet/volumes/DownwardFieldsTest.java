package dev.quilla.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceFieldSelector;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DownwardFieldsTest {

    private final Pod pod =
            Pod.builder()
                    .metadata(m ->
                            m.name("web")
                                    .namespace("shop")
                                    .labels(Map.of("b", "2", "a", "x\"y"))
                                    .annotations(Map.of("note", "line\nbreak\t\\")))
                    .build();
    private final Container container =
            Container.builder()
                    .name("main")
                    .resources(r ->
                            r.requests(Map.of("cpu", Quantity.parse("250m")))
                                    .limits(Map.of("memory", Quantity.parse("100Mi"))))
                    .build();
    private final DownwardFields fields =
            new DownwardFields(Map.of("cpu", Quantity.of(2), "memory", Quantity.parse("4Gi")));

    private String resource(String name, String divisor) {
        ResourceFieldSelector.Builder b = ResourceFieldSelector.builder().resource(name);
        return fields.resource(
                container, (divisor.isEmpty() ? b : b.divisor(Quantity.parse(divisor))).build());
    }

    @Test
    void labelsAreSortedLinesOfQuotedText() {
        assertEquals("a=\"x\\\"y\"\nb=\"2\"", DownwardFields.field(pod, "metadata.labels"));
        assertEquals(
                "note=\"line\\nbreak\\t\\\\\"", DownwardFields.field(pod, "metadata.annotations"));
    }

    @Test
    void oneLabelOrFieldIsItsPlainText() {
        assertEquals("2", DownwardFields.field(pod, "metadata.labels['b']"));
        assertEquals("", DownwardFields.field(pod, "metadata.labels['c']"));
        assertEquals("shop", DownwardFields.field(pod, "metadata.namespace"));
    }

    @Test
    void amountsAreRoundedUpToTheDivisor() {
        assertEquals("1", resource("requests.cpu", ""));
        assertEquals("250", resource("requests.cpu", "1m"));
        assertEquals("100", resource("limits.memory", "1Mi"));
        assertEquals("1", resource("limits.memory", "1Gi"));
        assertEquals("104857600", resource("limits.memory", "0"));
    }

    @Test
    void withoutALimitTheNodeIsTheLimitAndWithoutARequestNothingIsAskedFor() {
        assertEquals("2", resource("limits.cpu", ""));
        assertEquals("0", resource("requests.memory", ""));
    }
}
