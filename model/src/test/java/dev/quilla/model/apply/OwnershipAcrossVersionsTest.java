package dev.quilla.model.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.Struct;
import dev.quilla.model.ValueType;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.meta.v1.ManagedFieldsEntry;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Boats: {@code v1} has a {@code length} such as {@code 10m} where {@code v2} has a {@code size} of
 * {@code value} and {@code unit}; {@code v1} tells masts apart by name and {@code v2} by place, and
 * knows no {@code flag}.
 */
class OwnershipAcrossVersionsTest {

    private static final Definition V1 =
            boat(
                    "v1",
                    plain("length"),
                    plain("color"),
                    masts("name", plain("name"), plain("place"), plain("sail")));
    private static final Definition V2 =
            boat(
                    "v2",
                    struct("size", plain("value"), plain("unit")),
                    plain("color"),
                    masts("place", plain("name"), plain("place"), plain("sail")),
                    plain("flag"));

    /** How many objects became one of each version. */
    private final List<String> converted = new ArrayList<>();

    private final Map<String, Definition> served = new LinkedHashMap<>(Map.of("v1", V1, "v2", V2));

    @Test
    void whatAnotherOwnsUnderItsOwnNameIsAConflict() {
        Struct live = applied("a", "v1", nothing("v1"), "{'length':'10m','color':'teal'}");
        ApplyConflictException e =
                assertThrows(
                        ApplyConflictException.class,
                        () -> applied("b", "v2", in("v2", live), "{'size':{'value':'11'}}"));
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"a\": .spec.length", e.getMessage());
        Struct shared = applied("b", "v2", in("v2", live), "{'size':{'value':'10','unit':'m'}}");
        assertEquals(
                List.of(
                        "a v1 {\"f:spec\":{\"f:color\":{},\"f:length\":{}}}",
                        "b v2 {\"f:spec\":{\"f:size\":{\"f:unit\":{},\"f:value\":{}}}}"),
                owners(shared));
        ApplyConflictException back =
                assertThrows(
                        ApplyConflictException.class,
                        () -> applied("c", "v1", in("v1", shared), "{'length':'12m'}"));
        assertEquals(
                List.of(
                        new ApplyConflictException.Conflict("\"a\"", ".spec.length"),
                        new ApplyConflictException.Conflict("\"b\"", ".spec.size.value")),
                back.conflicts());
    }

    @Test
    void forceTakesWhatHasAnotherName() {
        Struct live = applied("a", "v2", nothing("v2"), "{'size':{'value':'10','unit':'m'}}");
        Struct forced =
                Ownership.applied(
                        in("v1", live),
                        boat("v1", "{'length':'12m'}"),
                        writer("b", "v1"),
                        this::version,
                        conflict -> true);
        assertEquals("{\"length\":\"12m\"}", spec(forced));
        assertEquals(
                List.of(
                        "a v2 {\"f:spec\":{\"f:size\":{\"f:unit\":{}}}}",
                        "b v1 {\"f:spec\":{\"f:length\":{}}}"),
                owners(forced));
    }

    @Test
    void whatAnotherOwnsUnderItsOwnNameStays() {
        Struct one = applied("a", "v1", nothing("v1"), "{'length':'10m','color':'teal'}");
        Struct both =
                applied(
                        "b",
                        "v2",
                        in("v2", one),
                        "{'size':{'value':'10','unit':'m'},'flag':'red'}");
        Struct left = applied("b", "v2", both, "{'color':'teal'}");
        assertEquals("{\"size\":{\"value\":\"10\",\"unit\":\"m\"},\"color\":\"teal\"}", spec(left));
        Struct none = applied("a", "v1", in("v1", left), "{'color':'teal'}");
        assertEquals("{\"color\":\"teal\"}", spec(none));
    }

    @Test
    void oneWhoGoesOnInAnotherVersionKeepsWhatItAppliesThere() {
        Struct old = applied("a", "v1", nothing("v1"), "{'length':'10m','color':'teal'}");
        Struct now =
                applied(
                        "a",
                        "v2",
                        in("v2", old),
                        "{'size':{'value':'10','unit':'m'},'flag':'red'}");
        assertEquals("{\"size\":{\"value\":\"10\",\"unit\":\"m\"},\"flag\":\"red\"}", spec(now));
        assertEquals(
                List.of(
                        "a v2 {\"f:spec\":{\"f:flag\":{},\"f:size\":{\"f:unit\":{},\"f:value\":{}}}}"),
                owners(now));
        assertEquals("n", now.text("metadata", "name"));
        Struct less = applied("a", "v1", in("v1", now), "{'color':'red'}");
        assertEquals("{\"color\":\"red\"}", spec(less));
    }

    @Test
    void whatOneVersionDoesNotKnowSurvivesOnesGoingOnInIt() {
        Struct old = applied("a", "v1", nothing("v1"), "{'length':'10m'}");
        Struct both = applied("b", "v2", in("v2", old), "{'flag':'red'}");
        Struct now = applied("a", "v2", both, "{'color':'teal'}");
        assertEquals("{\"color\":\"teal\",\"flag\":\"red\"}", spec(now));
    }

    @Test
    void itemsThatVersionsTellApartByOtherKeysStayEachOthers() {
        Struct one =
                applied(
                        "a",
                        "v1",
                        nothing("v1"),
                        "{'masts':[{'name':'x','place':'1','sail':'s'}]}");
        Struct both = applied("b", "v2", in("v2", one), "{'masts':[{'name':'y','place':'2'}]}");
        Struct left = applied("b", "v2", both, "{}");
        assertEquals("{\"masts\":[{\"name\":\"x\",\"place\":\"1\",\"sail\":\"s\"}]}", spec(left));
        ApplyConflictException e =
                assertThrows(
                        ApplyConflictException.class,
                        () -> applied("b", "v2", both, "{'masts':[{'place':'1','sail':'t'}]}"));
        assertEquals(
                List.of(
                        new ApplyConflictException.Conflict(
                                "\"a\"", ".spec.masts[name=\"x\"].sail")),
                e.conflicts());
    }

    @Test
    void aPlainWriteTakesWhatHasAnotherName() {
        Struct old = applied("a", "v1", nothing("v1"), "{'length':'10m','color':'teal'}");
        Struct live = in("v2", old);
        Struct after = live.withAt("20", "spec", "size", "value");
        Struct written = Ownership.written(live, after, writer("e", "v2"), this::version);
        assertEquals(
                List.of(
                        "a v1 {\"f:spec\":{\"f:color\":{}}}",
                        "e v2 {\"f:spec\":{\"f:size\":{\"f:value\":{}}}}"),
                owners(written));
    }

    @Test
    void ownersOfAVersionThatIsNoMoreAreForgotten() {
        Struct old = applied("a", "v1", nothing("v1"), "{'length':'10m'}");
        Struct live = in("v2", applied("b", "v1", old, "{'color':'teal'}"));
        served.remove("v1");
        Struct applied = applied("c", "v2", live, "{'color':'red'}");
        assertEquals(List.of("c v2 {\"f:spec\":{\"f:color\":{}}}"), owners(applied));
        Struct again = applied("a", "v2", live, "{}");
        assertEquals(spec(live), spec(again));
        Struct after = live.withAt("red", "spec", "color");
        Struct written = Ownership.written(live, after, writer("e", "v2"), this::version);
        assertEquals(List.of("e v2 {\"f:spec\":{\"f:color\":{}}}"), owners(written));
    }

    @Test
    void nothingIsConvertedWhereAllWroteInTheSameVersion() {
        Struct live = applied("a", "v1", nothing("v1"), "{'length':'10m'}");
        Struct both = applied("b", "v1", live, "{'color':'teal'}");
        applied("b", "v1", both, "{}");
        Ownership.written(
                both, both.withAt("red", "spec", "color"), writer("e", "v1"), this::version);
        assertTrue(converted.isEmpty(), converted::toString);
    }

    @Test
    void objectsAreConvertedOnceForAVersion() {
        Struct old = applied("a", "v1", nothing("v1"), "{'length':'10m','color':'teal'}");
        Struct live = in("v2", applied("b", "v1", old, "{'color':'teal'}"));
        Ownership.written(
                live, live.withAt("red", "spec", "color"), writer("e", "v2"), this::version);
        assertEquals(List.of("2 v1"), converted);
        converted.clear();
        applied("c", "v2", live, "{'flag':'red'}");
        assertEquals(List.of("2 v1"), converted);
        converted.clear();
        Struct both = applied("c", "v2", live, "{'flag':'red'}");
        converted.clear();
        applied("c", "v2", both, "{}");
        assertEquals(List.of("2 v1", "1 v1"), converted);
    }

    @Test
    void ownersAreNotConverted() {
        Struct old = applied("a", "v1", nothing("v1"), "{'length':'10m'}");
        KindVersions watched = name -> version(name).map(v -> new Watched(v));
        Struct live = in("v2", old);
        Ownership.written(live, live.withAt("red", "spec", "color"), writer("e", "v2"), watched);
    }

    /** Refuses objects that say who owns them. */
    private record Watched(KindVersions.Version version) implements KindVersions.Version {
        @Override
        public Definition definition() {
            return version.definition();
        }

        @Override
        public Set<String> notOwned() {
            return version.notOwned();
        }

        @Override
        public List<Struct> of(List<Struct> objects) {
            objects.forEach(o -> assertFalse(o.at("metadata", "managedFields").isPresent()));
            return version.of(objects);
        }
    }

    private Struct applied(String manager, String version, Struct live, String spec) {
        return Ownership.applied(
                live,
                boat(version, spec),
                writer(manager, version),
                this::version,
                conflict -> false);
    }

    private Optional<KindVersions.Version> version(String apiVersion) {
        String name = GroupVersion.parse(apiVersion).version();
        return Optional.ofNullable(served.get(name))
                .map(definition ->
                        new KindVersions.Version() {
                            @Override
                            public Definition definition() {
                                return definition;
                            }

                            @Override
                            public Set<String> notOwned() {
                                return Set.of();
                            }

                            @Override
                            public List<Struct> of(List<Struct> objects) {
                                converted.add(objects.size() + " " + name);
                                return objects.stream().map(o -> in(name, o)).toList();
                            }
                        });
    }

    /** A boat in another version, as a server of its kind converts it. */
    private static Struct in(String version, Struct boat) {
        Map<String, Object> tree = copy(JsonCodec.toTree(boat));
        boolean second = version.equals("v2");
        Map<String, Object> spec = copy(tree.getOrDefault("spec", Map.of()));
        if (second && spec.remove("length") instanceof String length) {
            spec.put(
                    "size", Map.of("value", length.substring(0, length.length() - 1), "unit", "m"));
        }
        if (!second && spec.remove("size") instanceof Map<?, ?> size) {
            spec.put("length", size.get("value") + "m");
        }
        if (tree.containsKey("spec")) {
            tree.put("spec", spec);
        }
        tree.put("apiVersion", "x.com/" + version);
        return JsonCodec.fromTree(second ? V2 : V1, tree);
    }

    private static Map<String, Object> copy(Object tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) tree).forEach((name, value) -> copy.put((String) name, value));
        return copy;
    }

    private static Struct nothing(String version) {
        return (version.equals("v1") ? V1 : V2).empty();
    }

    private static Struct boat(String version, String spec) {
        String json =
                "{'apiVersion':'x.com/%s','kind':'Boat','metadata':{'name':'n'},'spec':%s}"
                        .formatted(version, spec);
        return JsonCodec.decode(
                nothing(version).definition(),
                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String spec(Struct boat) {
        return new String(
                JsonTree.write(copy(JsonCodec.toTree(boat)).get("spec")), StandardCharsets.UTF_8);
    }

    private static List<String> owners(Struct boat) {
        return new ObjectMeta((Struct) boat.find("metadata").orElseThrow())
                .managedFields().stream().map(OwnershipAcrossVersionsTest::owner).sorted().toList();
    }

    private static String owner(ManagedFieldsEntry entry) {
        return entry.manager()
                + " "
                + GroupVersion.parse(entry.apiVersion()).version()
                + " "
                + entry.fieldsV1().orElseThrow();
    }

    private static Ownership.Writer writer(String manager, String version) {
        return new Ownership.Writer(manager, "x.com/" + version, "", Set.of(), Instant.EPOCH);
    }

    private record Named(String name, ValueType type, Field.Merging merging) {}

    private static Definition boat(String version, Named... spec) {
        return Definition.custom(
                "com.x." + version + ".Boat",
                List.of(new GroupVersion("x.com", version).kind("Boat")),
                false,
                () ->
                        fields(
                                plain("apiVersion"),
                                plain("kind"),
                                new Named(
                                        "metadata",
                                        ObjectMeta.definition().type(),
                                        Field.Merging.NONE),
                                struct("spec", spec)));
    }

    private static Named plain(String name) {
        return new Named(name, ValueType.Scalar.STRING, Field.Merging.NONE);
    }

    private static Named struct(String name, Named... fields) {
        return new Named(name, type(name, fields), Field.Merging.NONE);
    }

    private static Named masts(String key, Named... fields) {
        return new Named(
                "masts",
                new ValueType.ListType(type("Mast", fields)),
                new Field.Merging(List.of(""), Optional.empty(), "map", List.of(key), false));
    }

    private static ValueType type(String name, Named... fields) {
        return Definition.custom(name, List.of(), false, () -> fields(fields)).type();
    }

    private static List<Field> fields(Named... named) {
        List<Field> fields = new ArrayList<>();
        for (Named one : named) {
            fields.add(
                    new Field(
                            one.name(),
                            fields.size(),
                            one.type(),
                            false,
                            List.of(),
                            false,
                            false,
                            Optional.empty(),
                            one.merging(),
                            Optional.empty()));
        }
        return fields;
    }
}
