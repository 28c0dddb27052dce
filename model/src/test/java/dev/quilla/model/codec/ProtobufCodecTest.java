package dev.quilla.model.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.Bytes;
import dev.quilla.model.Definition;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProtobufCodecTest {

    private static final Schema SCHEMA = Schema.builtin();

    @Test
    void writesWhatKubernetesWouldForWhatIsSet() {
        // Envelope; typeMeta; raw(metadata(name), data(entry)); no encoding, no content type.
        String bytes =
                "6b387300"
                        + ("0a0f" + "0a02" + "7631" + "1209" + "436f6e6669674d6170")
                        + ("120e" + ("0a04" + "0a02" + "6f6b") + ("1206" + "0a0161" + "120162"))
                        + "1a002200";
        Struct map =
                json(
                        "core.v1.ConfigMap",
                        "{'kind':'ConfigMap','apiVersion':'v1','metadata':"
                                + "{'name':'ok'},'data':{'a':'b'}}");
        assertEquals(bytes, HexFormat.of().formatHex(ProtobufCodec.encode(map)));
        assertEquals(map, ProtobufCodec.decode(map.definition(), open(bytes)));
    }

    @Test
    void zerosThatCannotBeUnsetAreNotSet() {
        // As kubectl sends it: every field of ObjectMeta that is no pointer is there.
        String metadata = "0a026f6b" + "1200" + "1a00" + "2200" + "2a00" + "3200" + "3800" + "4200";
        Struct read = decode("core.v1.ConfigMap", "0a12" + metadata);
        assertEquals(json("core.v1.ConfigMap", "{'metadata':{'name':'ok'}}"), read);
    }

    @Test
    void zerosOfPointersSaySomething() {
        // Deployment.spec(replicas=0, minReadySeconds=0, paused=false).
        Struct read = decode("apps.v1.Deployment", "1206" + "0800" + "2800" + "3800");
        assertEquals(json("apps.v1.Deployment", "{'spec':{'replicas':0}}"), read);
        // PersistentVolumeClaim.spec(volumeName="", storageClassName="").
        assertEquals(
                json("core.v1.PersistentVolumeClaim", "{'spec':{'storageClassName':''}}"),
                decode("core.v1.PersistentVolumeClaim", "1204" + "1a00" + "2a00"));
        // Volume(name="v", volumeSource(emptyDir())).
        assertEquals(
                json("core.v1.Volume", "{'name':'v','emptyDir':{}}"),
                decode("core.v1.Volume", "0a0176" + "1202" + "1200"));
        // ServicePort(port=80, targetPort=0).
        assertEquals(
                json("core.v1.ServicePort", "{'port':80}"),
                decode("core.v1.ServicePort", "1850" + "2206" + "0800" + "1000" + "1a00"));
    }

    @Test
    void valuesThatAreMessages() {
        bothWays(
                "core.v1.ServicePort",
                "{'targetPort':'web'}",
                in(4, "0801", "1000", text(3, "web")));
        bothWays(
                "core.v1.ServicePort", "{'targetPort':8080}", in(4, "0800", "10903f", text(3, "")));
        bothWays(
                "core.v1.ResourceRequirements",
                "{'limits':{'cpu':'100m'}}",
                in(1, text(1, "cpu"), in(2, text(1, "100m"))));
        bothWays(
                "meta.v1.ObjectMeta",
                "{'creationTimestamp':'1970-01-01T00:00:01Z'}",
                in(8, "0801", "1000"));
        bothWays(
                "meta.v1.ObjectMeta",
                "{'creationTimestamp':'1970-01-01T00:00:00Z'}",
                in(8, "0800", "1000"));
        bothWays(
                "coordination.v1.LeaseSpec",
                "{'renewTime':'1970-01-01T00:00:01.000002Z'}",
                in(4, "0801", "10d00f"));
        bothWays(
                "meta.v1.ManagedFieldsEntry",
                "{'fieldsV1':{'f:a':{}}}",
                in(7, text(1, "{\"f:a\":{}}")));
        bothWays("core.v1.Secret", "{'data':{'k':'AAE='}}", in(2, text(1, "k"), "12020001"));
        bothWays(
                "authentication.v1.UserInfo",
                "{'extra':{'k':['a','b']}}",
                in(4, text(1, "k"), in(2, text(1, "a"), text(1, "b"))));
    }

    @Test
    void messagesThatJsonDoesNotShow() {
        bothWays(
                "core.v1.Volume",
                "{'name':'v','configMap':{'name':'c','optional':false}}",
                text(1, "v") + in(2, in(19, in(1, text(1, "c")), "2000")));
        bothWays(
                "core.v1.Probe",
                "{'tcpSocket':{'port':80},'periodSeconds':3}",
                in(1, in(3, in(1, "0800", "1050", text(3, "")))) + "2003");
        bothWays(
                "core.v1.EphemeralContainer",
                "{'name':'d','image':'i','targetContainerName':'t'}",
                in(1, text(1, "d"), text(2, "i")) + text(2, "t"));
    }

    @Test
    void schemasOfCustomResources() {
        String type = "apiextensions.v1.JSONSchemaProps";
        bothWays(
                type,
                "{'type':'object','additionalProperties':true}",
                text(5, "object") + in(30, "0801"));
        bothWays(type, "{'items':{'type':'string'}}", in(24, in(1, text(5, "string"))));
        bothWays(type, "{'default':{'a':[1]}}", in(8, text(1, "{\"a\":[1]}")));
        bothWays("apiextensions.v1.CustomResourceSubresources", "{'status':{}}", in(1));
    }

    @Test
    void listsOfNumbersMayBePacked() {
        Struct wanted = json("core.v1.PodSecurityContext", "{'supplementalGroups':[1,300]}");
        assertEquals(wanted, decode("core.v1.PodSecurityContext", "2001" + "20ac02"));
        assertEquals(wanted, decode("core.v1.PodSecurityContext", in(4, "01", "ac02")));
    }

    @Test
    void anUnknownFieldIsDroppedAndAFieldSentTwiceIsMerged() {
        String unknown = "f87f01" + "fd7f00000000" + "f97f0000000000000000" + "fa7f0161";
        assertEquals(
                json(
                        "core.v1.ConfigMap",
                        "{'metadata':{'name':'a','namespace':'b'},'data':{'x':'1','y':'2'}}"),
                decode(
                        "core.v1.ConfigMap",
                        unknown
                                + in(1, text(1, "a"))
                                + in(2, text(1, "x"), text(2, "1"))
                                + in(1, text(3, "b"), unknown)
                                + in(2, text(2, "2"), text(1, "y"))));
    }

    @Test
    void typeMetadataIsTheEnvelopes() {
        Envelope envelope = open("6b387300" + in(1, text(1, "apps/v1"), text(2, "Deployment")));
        assertEquals("apps/v1", envelope.apiVersion());
        assertEquals("Deployment", envelope.kind());
        assertEquals(
                json("apps.v1.Deployment", "{'kind':'Deployment','apiVersion':'apps/v1'}"),
                ProtobufCodec.decode(SCHEMA.definition("apps.v1.Deployment"), envelope));
    }

    @Test
    void eventsOfAWatchHaveTheirLengthBeforeThem() {
        Struct map = json("core.v1.ConfigMap", "{'kind':'ConfigMap','apiVersion':'v1'}");
        String object = HexFormat.of().formatHex(ProtobufCodec.encode(map));
        String event = text(1, "ADDED") + in(2, in(1, object));
        assertEquals(
                "%08x".formatted(event.length() / 2) + event,
                HexFormat.of().formatHex(ProtobufCodec.encodeEvent("ADDED", map)));
    }

    @Test
    void saysWhatIsWrong() {
        refused("core.v1.ConfigMap", "0aff", "invalid protobuf: ");
        refused("core.v1.ConfigMap", "0a7f00", "invalid protobuf: ");
        refused("core.v1.ConfigMap", "0affffffffff7f", "invalid protobuf: ");
        refused("core.v1.ConfigMap", in(1, "0a01ff"), "invalid protobuf: ");
        refused("core.v1.ConfigMap", "00", "invalid protobuf: ");
        refused("core.v1.ConfigMap", in(1, "0801"), "metadata.name: expected wire type 2, got 0");
        refused("core.v1.ConfigMap", "fb7ffc7f", "wire type 3 is not used");
        refused(
                "core.v1.ResourceRequirements",
                in(1, text(1, "cpu"), in(2, text(1, "much"))),
                "limits: quantities must match");
        refused("meta.v1.ManagedFieldsEntry", in(7, text(1, "{")), "fieldsV1: invalid JSON");
        refused(
                "meta.v1.ManagedFieldsEntry",
                in(7, text(1, "[".repeat(150) + "]".repeat(150))),
                "fieldsV1: invalid JSON");
        refused("meta.v1.ObjectMeta", in(8, "08ffffffffffffffff7f"), "creationTimestamp: the time");
        String schema = "";
        for (int i = 0; i < 60; i++) {
            schema = in(24, in(1, schema));
        }
        refused("apiextensions.v1.JSONSchemaProps", schema, "nested deeper than 80");
        assertThrows(DecodeException.class, () -> open("7b7d"));
        assertThrows(DecodeException.class, () -> open("6b387300" + text(3, "gzip")));
    }

    @Test
    void whatQuillaAddsHasNoMessage() {
        assertTrue(ProtobufCodec.supports(Resources.PODS.definition()));
        assertTrue(ProtobufCodec.supports(SCHEMA.definition("core.v1.PodList")));
        assertFalse(ProtobufCodec.supports(SCHEMA.definition("quilla.v1.PluginList")));
    }

    private static void refused(String name, String message, String what) {
        DecodeException e = assertThrows(DecodeException.class, () -> decode(name, message));
        assertTrue(e.getMessage().contains(what), e.getMessage());
    }

    private static void bothWays(String name, String json, String message) {
        Struct struct = json(name, json);
        assertEquals(struct, decode(name, message));
        Envelope envelope = ProtobufCodec.open(ProtobufCodec.encode(struct));
        assertEquals(message, HexFormat.of().formatHex(envelope.message().shared()));
    }

    private static Struct json(String name, String json) {
        return JsonCodec.decode(SCHEMA.definition(name), json.replace('\'', '"').getBytes(UTF_8));
    }

    private static Struct decode(String name, String message) {
        Definition definition = SCHEMA.definition(name);
        Bytes bytes = Bytes.wrap(HexFormat.of().parseHex(message));
        return ProtobufCodec.decode(definition, new Envelope("", "", bytes));
    }

    private static Envelope open(String hex) {
        return ProtobufCodec.open(HexFormat.of().parseHex(hex));
    }

    private static String text(int number, String text) {
        return in(number, HexFormat.of().formatHex(text.getBytes(UTF_8)));
    }

    /** A field of that number with that content and its length. */
    private static String in(int number, String... content) {
        String all = String.join("", content);
        return varint(number << 3 | 2) + varint(all.length() / 2) + all;
    }

    private static String varint(int value) {
        return value < 0x80
                ? "%02x".formatted(value)
                : "%02x".formatted((value & 0x7f) | 0x80) + varint(value >>> 7);
    }
}
