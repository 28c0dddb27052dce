package dev.quilla.model.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.RawJson;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.core.v1.Pod;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnershipTest {

    private static final Struct NOTHING = Pod.definition().empty();

    @Test
    void itemsAreMergedByTheirKeysInTheAppliedOrder() {
        Struct live = applied(NOTHING, "a", containers("{'name':'x','image':'1'}"));
        Struct both = applied(live, "b", containers("{'name':'y','image':'2'},{'name':'x'}"));
        assertEquals(List.of("y", "x"), names(both));
        assertEquals("1", new Pod(both).spec().containers().getLast().image());
    }

    @Test
    void itemsThatCannotBeToldApartAreRefused() {
        Struct twice = containers("{'name':'x','image':'1'},{'name':'x'}");
        assertEquals(
                ".spec.containers: duplicate entries for key [name=\"x\"]",
                assertThrows(IllegalArgumentException.class, () -> applied(NOTHING, "a", twice))
                        .getMessage());
        Struct nameless = containers("{'image':'1'}");
        assertEquals(
                ".spec.containers: element 0: an item that is merged by its keys has none",
                assertThrows(IllegalArgumentException.class, () -> applied(NOTHING, "a", nameless))
                        .getMessage());
    }

    @Test
    void whatOnlyOneAppliedGoesWithIt() {
        Struct both =
                applied(
                        applied(NOTHING, "a", containers("{'name':'x','image':'1'}")),
                        "b",
                        containers("{'name':'y','image':'2'}"));
        assertEquals(List.of("x"), names(applied(both, "b", pod("{}"))));
    }

    @Test
    void whatIsSharedStaysUntilTheLastOwnerGivesItUp() {
        Struct labels = pod("{'metadata':{'labels':{'k':'v'}}}");
        Struct both = applied(applied(NOTHING, "a", labels), "b", labels);
        Struct one = applied(both, "a", pod("{}"));
        assertEquals("v", new Pod(one).metadata().labels().get("k"));
        Struct none = applied(one, "b", pod("{}"));
        assertFalse(new Pod(none).metadata().labels().containsKey("k"));
    }

    @Test
    void anotherValueIsAConflictAndForceTakesItOver() {
        Struct live = applied(NOTHING, "a", pod("{'spec':{'nodeName':'n'}}"));
        Struct wanted = pod("{'spec':{'nodeName':'m'}}");
        ApplyConflictException e =
                assertThrows(ApplyConflictException.class, () -> applied(live, "b", wanted));
        assertEquals(
                List.of(new ApplyConflictException.Conflict("\"a\"", ".spec.nodeName")),
                e.conflicts());
        Struct forced =
                Ownership.applied(live, wanted, writer("b"), KindVersions.NONE, conflict -> true);
        assertEquals(
                List.of("b"),
                new Pod(forced).metadata().managedFields().stream().map(m -> m.manager()).toList());
    }

    @Test
    void atomicValuesHaveOneOwner() {
        Struct live =
                applied(NOTHING, "a", pod("{'spec':{'nodeSelector':{'a':'b'},'affinity':{}}}"));
        String fields = new Pod(live).metadata().managedFields().getFirst().fieldsV1().toString();
        assertTrue(fields.contains("\"f:nodeSelector\":{}"), fields);
    }

    @Test
    void aWriteThatChangesNothingChangesNoOwner() {
        Struct live = applied(NOTHING, "a", pod("{'spec':{'nodeName':'n'}}"));
        assertEquals(live, written(live, live, "b"));
        assertEquals(live, applied(live, "a", pod("{'spec':{'nodeName':'n'}}")));
    }

    @Test
    void whatIsNewIsOwnedWithAllThatHoldsItButWhatIsAlwaysThere() {
        Struct sent = pod("{'metadata':{'labels':{'k':'v'}},'spec':{'dnsConfig':{'options':[]}}}");
        Struct written = written(NOTHING, sent, "a");
        assertEquals(
                "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:k\":{}}},"
                        + "\"f:spec\":{\"f:dnsConfig\":{\".\":{},\"f:options\":{}}}}",
                fieldsOf(written));
        Struct more = pod("{'metadata':{'labels':{'k':'v','l':'w'}}}");
        Struct changed = written(pod("{'metadata':{'labels':{'k':'v'}}}"), more, "a");
        assertEquals("{\"f:metadata\":{\"f:labels\":{\"f:l\":{}}}}", fieldsOf(changed));
    }

    private static String fieldsOf(Struct pod) {
        return new Pod(pod)
                .metadata()
                .managedFields()
                .getFirst()
                .fieldsV1()
                .orElseThrow()
                .toString();
    }

    @Test
    void whatWasThereBeforeHasAnOwnerToo() {
        Struct untracked = pod("{'spec':{'nodeName':'n'}}");
        ApplyConflictException e =
                assertThrows(
                        ApplyConflictException.class,
                        () -> applied(untracked, "a", pod("{'spec':{'nodeName':'m'}}")));
        assertTrue(e.getMessage().contains("before-first-apply"), e.getMessage());
    }

    @Test
    void setsOfFieldsSurviveBeingWrittenDown() {
        RawJson json =
                RawJson.of(
                        "{\"f:a\":{\".\":{},\"k:{\\\"name\\\":\\\"x\\\"}\":{\".\":{},\"f:b\":{}}},"
                                + "\"f:c\":{\"v:1\":{}}}");
        assertEquals(json, FieldSet.of(json).toJson());
        assertThrows(IllegalArgumentException.class, () -> FieldSet.of(RawJson.of("{\"x\":{}}")));
    }

    private static Struct applied(Struct live, String manager, Struct config) {
        return Ownership.applied(
                live, config, writer(manager), KindVersions.NONE, conflict -> false);
    }

    private static Struct written(Struct before, Struct after, String manager) {
        return Ownership.written(before, after, writer(manager), KindVersions.NONE);
    }

    private static Ownership.Writer writer(String manager) {
        return new Ownership.Writer(manager, "v1", "", Set.of("status"), Instant.EPOCH);
    }

    private static Struct containers(String items) {
        return pod("{'spec':{'containers':[" + items + "]}}");
    }

    private static List<String> names(Struct pod) {
        return new Pod(pod).spec().containers().stream().map(c -> c.name()).toList();
    }

    private static Struct pod(String json) {
        return JsonCodec.decode(
                Pod.definition(), json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
