package dev.quilla.apiserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.http.Representation.Media;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.OutgoingList;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.table.TableWriter;
import dev.quilla.apiserver.transcript.TestApi;
import dev.quilla.client.Body;
import dev.quilla.model.ApiException;
import dev.quilla.model.Definition;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.apidiscovery.v2.APIGroupDiscoveryList;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.ProtobufCodec;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.meta.v1.PartialObjectMetadataList;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A list is the same in all forms. */
class ObjectEncoderTest {

    private static final Definition LIST = Schema.builtin().definition("core.v1.PodList");
    private static final Definition ITEM = Schema.builtin().definition("core.v1.Pod");
    private static final Struct FRAME =
            struct(LIST, "{'kind':'PodList','apiVersion':'v1','metadata':{'resourceVersion':'7'}}");

    private final ObjectEncoder encoder =
            new ObjectEncoder(
                    new TestApi().registry(), new TableWriter(InstantSource.fixed(Instant.EPOCH)));

    @ParameterizedTest
    @EnumSource(names = {"WHOLE", "TABLE", "PARTIAL_LIST"})
    void yamlIsTheSameAsJson(Shape shape) throws IOException {
        for (int count : List.of(0, 1, 3)) {
            OutgoingList list = list(count);
            String json = new String(written(Media.JSON, shape, list), UTF_8);
            String yaml = new String(written(Media.YAML, shape, list), UTF_8);
            assertEquals(YamlCodec.write(JsonTree.parse(json.getBytes(UTF_8))), yaml);
        }
    }

    @Test
    void protobufIsTheSameAsJson() throws IOException {
        for (int count : List.of(0, 1, 3)) {
            OutgoingList list = list(count);
            assertEquals(
                    JsonCodec.decode(LIST, written(Media.JSON, Shape.WHOLE, list)).without("items"),
                    read(LIST, written(Media.PROTOBUF, Shape.WHOLE, list)).without("items"));
            assertEquals(
                    items(list.object()),
                    items(read(LIST, written(Media.PROTOBUF, Shape.WHOLE, list))));
            Definition partial = PartialObjectMetadataList.definition();
            assertEquals(
                    names(JsonCodec.decode(partial, written(Media.JSON, Shape.PARTIAL_LIST, list))),
                    names(read(partial, written(Media.PROTOBUF, Shape.PARTIAL_LIST, list))));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WHOLE", "TABLE", "PARTIAL_LIST"})
    void textIsSentWhileItIsMade(Shape shape) throws IOException {
        for (Media media : List.of(Media.JSON, Media.YAML)) {
            long[] sent = {0};
            int[] made = {0};
            int count = 1000;
            Outgoing item =
                    () -> {
                        assertTrue(sent[0] >= 10L * made[0], "all before it are sent");
                        made[0]++;
                        return pod(0);
                    };
            OutputStream counter =
                    new OutputStream() {
                        @Override
                        public void write(int b) {
                            sent[0]++;
                        }
                    };
            encoder.list(
                    wanted(media, shape),
                    new OutgoingList(FRAME, java.util.Collections.nCopies(count, item)),
                    counter);
            assertEquals(count, made[0]);
        }
    }

    @Test
    void theVersionIsTheOneAskedFor() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.list(wanted(Media.JSON, Shape.PARTIAL_LIST, "v1beta1"), list(1), out);
        out.write(encoder.object(wanted(Media.JSON, Shape.PARTIAL, "v1beta1"), () -> pod(0)));
        assertEquals(3, versions(out.toString(UTF_8)));
        out.reset();
        ObjectEncoder.Wanted table = wanted(Media.JSON, Shape.TABLE, "v1beta1");
        encoder.list(table, list(1), out);
        out.write(encoder.object(table, () -> pod(0)));
        // Of the table, and of the metadata in its row.
        assertEquals(4, versions(out.toString(UTF_8)));
    }

    private static int versions(String text) {
        return text.split("\"meta.k8s.io/v1beta1\"", -1).length - 1;
    }

    @Test
    void aListIsNoObjectAndAnObjectNoList() {
        assertEquals(
                "you requested PartialObjectMetadata, but the requested object is a list (*core.PodList)",
                refusal(() -> written(Media.JSON, Shape.PARTIAL, list(1))));
        assertEquals(
                "you requested PartialObjectMetadataList, but the requested object is not a list (*core.Pod)",
                refusal(() ->
                        encoder.object(wanted(Media.YAML, Shape.PARTIAL_LIST), () -> pod(0))));
    }

    private static String refusal(Executable ask) {
        ApiException refused = assertThrows(ApiException.class, ask);
        assertEquals(406, refused.code());
        return refused.status().message();
    }

    @Test
    void whatIsServedIsToldAlikeInAllForms() {
        Discovery discovery = new Discovery(new TestApi().registry());
        for (String path : List.of("/api", "/apis", "/apis/apps", "/api/v1")) {
            Map<String, @Nullable Object> tree =
                    discovery.at(path, Discovery.Form.PLAIN).orElseThrow();
            told(tree, Schema.builtin().definition("meta.v1." + tree.get("kind")));
        }
        told(
                discovery.at("/apis", Discovery.Form.AGGREGATED).orElseThrow(),
                APIGroupDiscoveryList.definition());
    }

    private static void told(Map<String, @Nullable Object> tree, Definition definition) {
        byte[] json = ObjectEncoder.discovery(Media.JSON, tree);
        assertEquals(
                YamlCodec.write(JsonTree.parse(json)),
                new String(ObjectEncoder.discovery(Media.YAML, tree), UTF_8));
        Struct read = read(definition, ObjectEncoder.discovery(Media.PROTOBUF, tree));
        assertEquals(said(JsonTree.parse(json)), said(JsonTree.parse(JsonCodec.encode(read))));
    }

    /** Protobuf tells nothing from what is empty or false, and kinds beside what is told. */
    private static Object said(@Nullable Object tree) {
        if (tree instanceof List<?> list) {
            return list.stream().map(ObjectEncoderTest::said).toList();
        }
        if (!(tree instanceof Map<?, ?> map)) {
            return String.valueOf(tree);
        }
        Map<String, Object> said = new TreeMap<>();
        map.forEach((key, value) -> {
            Object inner = said(value);
            if (!List.of("false", "", Map.of(), List.of()).contains(inner)
                    && !key.equals("apiVersion")
                    && !(key.equals("kind") && isWhole(map))) {
                said.put(String.valueOf(key), inner);
            }
        });
        return said;
    }

    private static boolean isWhole(Map<?, ?> map) {
        return map.containsKey("apiVersion") || String.valueOf(map.get("kind")).startsWith("API");
    }

    private byte[] written(Media media, Shape shape, OutgoingList list) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.list(wanted(media, shape), list, out);
        return out.toByteArray();
    }

    private ObjectEncoder.Wanted wanted(Media media, Shape shape) {
        return wanted(media, shape, "v1");
    }

    private ObjectEncoder.Wanted wanted(Media media, Shape shape, String version) {
        ApiCall call =
                new ApiCall(
                        RequestInfo.parse("GET", "/api/v1/pods", false),
                        Identity.known("admin", "", List.of()),
                        Map.of(),
                        "",
                        Body.none(),
                        "",
                        OptionalLong.empty());
        return encoder.wanted(call, new Representation(media, shape, version));
    }

    private static OutgoingList list(int count) {
        List<Outgoing> items =
                IntStream.range(0, count).<Outgoing>mapToObj(i -> () -> pod(i)).toList();
        return new OutgoingList(FRAME, items);
    }

    private static Struct pod(int number) {
        return struct(
                ITEM,
                ("{'metadata':{'name':'pod-" + number + "','labels':{'yes':'no','n':'1'}},'spec':")
                        + "{'containers':[{'name':'c','args':['two\\nlines\\n','- a: b','']}]}}");
    }

    private static List<?> items(Struct list) {
        return (List<?>) list.find("items").orElse(List.of());
    }

    private static List<String> names(Struct list) {
        return items(list).stream().map(i -> ((Struct) i).text("metadata", "name")).toList();
    }

    private static Struct read(Definition definition, byte[] protobuf) {
        return ProtobufCodec.decode(definition, ProtobufCodec.open(protobuf));
    }

    private static Struct struct(Definition definition, String json) {
        return JsonCodec.decode(definition, json.replace('\'', '"').getBytes(UTF_8));
    }
}
