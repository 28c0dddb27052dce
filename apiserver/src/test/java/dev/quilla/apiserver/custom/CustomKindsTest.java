package dev.quilla.apiserver.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.outbound.Kubelets;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.ServiceEndpoints;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.store.Bytes;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CustomKindsTest {

    private static final GroupResource DEFINITIONS =
            Resources.CUSTOM_RESOURCE_DEFINITIONS.gvr().groupResource();

    private final InMemoryStore store = new InMemoryStore();
    private final Reads reads = new Reads();
    private final CustomKinds kinds;

    CustomKindsTest() {
        ObjectStore objects = new ObjectStore(store, reads);
        Kubelets kubelets = new Kubelets(objects, () -> TlsMaterial.NONE);
        OutboundClient client = new OutboundClient(new ServiceEndpoints(objects), kubelets);
        kinds = new CustomKinds(objects, client, () -> "uid");
    }

    /** Counts how often definitions are read. */
    private static final class Reads implements Encryption {
        private int count;

        @Override
        public Bytes seal(GroupResource resource, Key key, byte[] plain) {
            return Encryption.NONE.seal(resource, key, plain);
        }

        @Override
        public byte[] open(Key key, Bytes value) {
            count++;
            return Encryption.NONE.open(key, value);
        }

        @Override
        public boolean isOutdated(GroupResource resource, Bytes value) {
            return false;
        }
    }

    private static Key key(String plural) {
        return Keys.object(DEFINITIONS, ObjectKey.cluster(plural + ".example.com"));
    }

    private void define(String plural, long generation, String field, String message) {
        String json =
                """
                {"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1",
                 "metadata":{"name":"%1$s.example.com","uid":"u-%1$s","generation":%2$d},
                 "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"%1$s","kind":"Boat"},
                  "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":
                   {"type":"object","properties":{"%3$s":{"type":"string"}}}}}]},
                 "status":{"acceptedNames":{"plural":"%1$s","singular":"boat","kind":"Boat","listKind":"BoatList"},
                  "conditions":[{"type":"Established","status":"True","message":"%4$s"}]}}\
                """
                        .formatted(plural, generation, field, message);
        byte[] value = ("\1" + json).getBytes(StandardCharsets.UTF_8);
        commit(new Op.Put(key(plural), Bytes.wrap(value)));
    }

    private void commit(Op op) {
        store.commit(new Txn(List.of(), List.of(op), OptionalLong.empty()));
    }

    private ServedResource boats() {
        return kinds.find(new GroupVersion("example.com", "v1").resource("boats")).orElseThrow();
    }

    @Test
    void readsADefinitionOnceHoweverOftenItIsAskedFor() {
        define("boats", 1, "mast", "");
        define("ships", 1, "mast", "");
        assertEquals(2, kinds.all().size());
        assertSame(kinds.all().getFirst(), boats());
        assertEquals(2, kinds.all().size());
        assertEquals(2, reads.count);
    }

    @Test
    void readsASchemaWhenAnObjectNeedsIt() {
        define("boats", 1, "mast", "");
        ServedResource boats = boats();
        assertEquals(1, reads.count);
        assertTrue(boats.type().definition().find("mast").isPresent());
        assertTrue(boats.type().definition().find("keel").isEmpty());
        assertEquals(2, reads.count);
    }

    @Test
    void staysTheSameWhileItsAuthorSaysNothingElse() {
        define("boats", 1, "mast", "");
        ServedResource before = boats();
        define("boats", 1, "mast", "a controller's word");
        assertSame(before, boats());
        define("boats", 2, "keel", "a controller's word");
        assertNotSame(before, boats());
        assertTrue(boats().type().definition().find("keel").isPresent());
    }

    @Test
    void hasTheSchemaOfItsOwnTimeWhenThatIsReadLate() {
        define("boats", 1, "mast", "");
        ServedResource before = boats();
        define("boats", 2, "keel", "");
        assertTrue(before.type().definition().find("mast").isPresent());
    }

    @Test
    void forgetsWhatIsGone() {
        define("boats", 1, "mast", "");
        define("ships", 1, "mast", "");
        ServedResource before = kinds.all().getFirst();
        commit(new Op.Delete(key("boats")));
        assertEquals(1, kinds.all().size());
        define("boats", 1, "mast", "");
        assertNotSame(before, boats());
    }
}
