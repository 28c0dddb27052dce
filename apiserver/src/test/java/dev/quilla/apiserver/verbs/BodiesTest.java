package dev.quilla.apiserver.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.Body;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.Decoded;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.ProtobufCodec;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.meta.v1.DeleteOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BodiesTest {

    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private static final ConfigMap MAP =
            ConfigMap.builder().metadata(m -> m.name("a")).data(Map.of("k", "v")).build();

    @Test
    void theSameObjectInEveryForm() {
        byte[] json = JsonCodec.encode(MAP.struct());
        String yaml = "{kind: ConfigMap, apiVersion: v1, metadata: {name: a}, data: {k: v}}";
        assertEquals(MAP.struct(), read(json, "application/json"));
        assertEquals(MAP.struct(), read(json, "application/json; charset=utf-8"));
        assertEquals(MAP.struct(), read(yaml.getBytes(StandardCharsets.UTF_8), "application/yaml"));
        assertEquals(MAP.struct(), read(ProtobufCodec.encode(MAP.struct()), PROTOBUF));
    }

    @Test
    void theLastOfKeysThatAreTheSameCountsUnlessAskedToBeStrict() {
        byte[] yaml = "data:\n  k: a\n  k: v\nfoo: 1\n".getBytes(StandardCharsets.UTF_8);
        Decoded warned = decoded(yaml, "application/yaml", "Warn");
        assertEquals(Map.of("k", "v"), new ConfigMap(warned.struct()).data());
        assertEquals(
                List.of("line 3: key \"k\" already set in map", "unknown field \"foo\""),
                warned.warnings());
        assertEquals(List.of(), decoded(yaml, "application/yaml", "Ignore").warnings());
        ApiException refused =
                assertThrows(ApiException.class, () -> decoded(yaml, "application/yaml", "Strict"));
        assertEquals(400, refused.code());
        assertTrue(
                refused.getMessage()
                        .endsWith(
                                "strict decoding error: line 3: key \"k\" already set in map,"
                                        + " unknown field \"foo\""),
                refused.getMessage());
    }

    @Test
    void optionsMayBeInAnyFormOrMissing() {
        DeleteOptions options = DeleteOptions.builder().gracePeriodSeconds(0L).build();
        assertEquals(
                Optional.of(options.struct()),
                Bodies.optional(
                        call(Body.of(ProtobufCodec.encode(options.struct()), PROTOBUF)),
                        DeleteOptions.definition()));
        assertEquals(
                Optional.empty(), Bodies.optional(call(Body.none()), DeleteOptions.definition()));
    }

    @Test
    void refusesWhatItCannotRead() {
        refused(415, "unknown format", "{}".getBytes(StandardCharsets.UTF_8), "text/plain");
        refused(400, "ConfigMap", new byte[] {1, 2, 3}, PROTOBUF);
        byte[] cut = ProtobufCodec.encode(MAP.struct());
        refused(400, "ConfigMap", java.util.Arrays.copyOf(cut, cut.length - 6), PROTOBUF);
        refused(
                400,
                "must be of type ConfigMap",
                ProtobufCodec.encode(Secret.builder().build().struct()),
                PROTOBUF);
    }

    private static void refused(int code, String what, byte[] content, String type) {
        ApiException e = assertThrows(ApiException.class, () -> read(content, type));
        assertEquals(code, e.code());
        assertTrue(e.status().message().contains(what), e.status().message());
    }

    private static Struct read(byte[] content, String type) {
        return decoded(content, type, "").struct();
    }

    private static Decoded decoded(byte[] content, String type, String validation) {
        ApiCall call = call(Body.of(content, type), Map.of("fieldValidation", List.of(validation)));
        return Bodies.object(
                call, ConfigMap.definition(), ConfigMap.definition().kinds().getFirst());
    }

    private static ApiCall call(Body body) {
        return call(body, Map.of());
    }

    private static ApiCall call(Body body, Map<String, List<String>> query) {
        RequestInfo info =
                RequestInfo.parse("POST", "/api/v1/namespaces/default/configmaps", false);
        return new ApiCall(info, Identity.ANONYMOUS, query, "", body, "", OptionalLong.empty());
    }
}
