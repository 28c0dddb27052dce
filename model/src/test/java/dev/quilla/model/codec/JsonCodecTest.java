package dev.quilla.model.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.model.Resources;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonCodecTest {

    @Test
    void bytesMayBeBrokenIntoLines() {
        byte[] json = "{\"data\":{\"k\":\"aGVs\\r\\nbG8=\\n\"}}".getBytes(StandardCharsets.UTF_8);
        Secret secret =
                new Secret(
                        JsonCodec.decode(Secret.definition(), json, UnknownFields.STRICT).struct());
        assertEquals("hello", secret.data().get("k").toUtf8());
    }

    @Test
    void writesWhatWasBuiltWithTheZeroValuesThatServersWrite() {
        Pod pod =
                Pod.builder()
                        .metadata(m -> m.name("a").namespace("b").labels(Map.of("k", "v")))
                        .spec(s ->
                                s.nodeName("n")
                                        .containers(
                                                List.of(
                                                        Container.builder()
                                                                .name("c")
                                                                .image("i")
                                                                .build())))
                        .build();
        assertEquals(
                "{\"kind\":\"Pod\",\"apiVersion\":\"v1\","
                        + "\"metadata\":{\"labels\":{\"k\":\"v\"},\"name\":\"a\",\"namespace\":\"b\"},"
                        + "\"spec\":{\"containers\":[{\"image\":\"i\",\"name\":\"c\",\"resources\":{}}],"
                        + "\"nodeName\":\"n\"},\"status\":{}}",
                new String(JsonCodec.encode(pod.struct()), UTF_8));
    }

    @Test
    void readsBackWhatItWrote() {
        byte[] json =
                ("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\","
                                + "\"creationTimestamp\":\"2026-01-02T03:04:05Z\",\"managedFields\":"
                                + "[{\"fieldsV1\":{\"f:a\":{}}}]},\"spec\":{\"containers\":[{\"name\":"
                                + "\"c\",\"ports\":[{\"containerPort\":80}],\"livenessProbe\":{\"httpGet\":"
                                + "{\"port\":\"web\"}},\"resources\":{\"limits\":{\"cpu\":\"0.5\"}}}]},"
                                + "\"status\":{}}")
                        .getBytes(UTF_8);
        Struct struct = JsonCodec.decode(Resources.PODS.definition(), json);
        assertEquals(struct, JsonCodec.decode(struct.definition(), JsonCodec.encode(struct)));
        Pod pod = new Pod(struct);
        assertEquals(
                500,
                pod.spec().containers().getFirst().resources().limits().get("cpu").milliValue());
    }

    @Test
    void saysWhichFieldsItDoesNotKnow() {
        byte[] json =
                "{\"kind\":\"ConfigMap\",\"metadata\":{\"nam\":1,\"name\":\"a\",\"name\":\"b\"},\"dta\":{}}"
                        .getBytes(UTF_8);
        DecodeException e =
                assertThrows(
                        DecodeException.class,
                        () -> JsonCodec.decode(ConfigMap.definition(), json, UnknownFields.STRICT));
        assertEquals(
                "strict decoding error: unknown field \"metadata.nam\", duplicate field"
                        + " \"metadata.name\", unknown field \"dta\"",
                e.getMessage());
    }

    @Test
    void namesThePlaceOfAWrongType() {
        byte[] json = "{\"spec\":{\"containers\":[{\"image\":5}]}}".getBytes(UTF_8);
        DecodeException e =
                assertThrows(
                        DecodeException.class,
                        () -> JsonCodec.decode(Resources.PODS.definition(), json));
        assertEquals("spec.containers[0].image: expected a string, got number 5", e.getMessage());
    }
}
