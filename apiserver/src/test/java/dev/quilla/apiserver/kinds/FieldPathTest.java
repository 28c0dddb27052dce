package dev.quilla.apiserver.kinds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.validation.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldPathTest {

    private static final Struct POD =
            JsonCodec.decode(
                    Pod.definition(),
                    """
                    {"metadata": {"name": "p"}, "spec": {"containers": [
                      {"name": "a", "ports": [{"containerPort": 1}, {"containerPort": 2}]},
                      {"name": "b"},
                      {"name": "c", "ports": [{"containerPort": 3}]}]}}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    private static List<String> found(Struct from, String path, String prefix) {
        List<String> found = new ArrayList<>();
        List<FieldError> none = new ArrayList<>();
        FieldPath.of(path)
                .walk(
                        from,
                        prefix,
                        (value, at, errors) ->
                                found.add(value instanceof Struct ? at : at + "=" + value),
                        none);
        return found;
    }

    @Test
    void leadsToTheItemsOfLists() {
        assertEquals(
                List.of(
                        "spec.containers[0].name=a",
                        "spec.containers[1].name=b",
                        "spec.containers[2].name=c"),
                found(POD, "spec.containers[].name", ""));
        assertEquals(
                List.of(
                        "spec.containers[0].ports[0].containerPort=1",
                        "spec.containers[0].ports[1].containerPort=2",
                        "spec.containers[2].ports[0].containerPort=3"),
                found(POD, "spec.containers[].ports[].containerPort", ""));
    }

    @Test
    void aPartSaysWhereItStands() {
        Struct spec = (Struct) POD.find("spec").orElseThrow();
        assertEquals(
                List.of(
                        "spec.containers[0].ports[0]",
                        "spec.containers[0].ports[1]",
                        "spec.containers[2].ports[0]"),
                found(spec, "containers[].ports[]", "spec."));
    }

    @Test
    void theEmptyPathLeadsToTheStructItself() {
        assertEquals(List.of(""), found(POD, "", ""));
        assertEquals(List.of("template"), found(POD, "", "template."));
    }

    @Test
    void whatIsNotSetIsNotFound() {
        assertEquals(List.of(), found(POD, "spec.volumes[].name", ""));
        assertEquals(List.of(), found(POD, "spec.securityContext.runAsUser", ""));
    }
}
