package dev.quilla.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.store.InMemoryStore;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretUsersTest {

    private static final ApiResource VOLUMES =
            Schema.builtin().find(Resources.PERSISTENT_VOLUMES.gvr()).orElseThrow();
    private static final ApiResource MAPS =
            Schema.builtin().find(Resources.CONFIG_MAPS.gvr()).orElseThrow();
    private static final ObjectKey SECRET = new ObjectKey("keys", "disk");

    private final InMemoryStore store = new InMemoryStore();
    private final ObjectStore objects = new ObjectStore(store);
    private final SecretUsers users = new SecretUsers(objects, VOLUMES);

    @Test
    void claimsOfAllVolumesThatNeedIt() {
        assertEquals(Set.of(), users.claims(SECRET));
        volume("one", "shop", "data");
        volume("two", "lab", "data");
        volume("free", "", "");
        assertEquals(
                Set.of(new ObjectKey("shop", "data"), new ObjectKey("lab", "data")),
                users.claims(SECRET));
        assertEquals(Set.of(), users.claims(new ObjectKey("shop", "disk")));
    }

    @Test
    void volumesAreNotLookedThroughForEachRequest() {
        volume("one", "shop", "data");
        Set<ObjectKey> known = users.claims(SECRET);
        ObjectKey other = new ObjectKey("shop", "a");
        objects.write(MAPS, other, OptionalLong.empty())
                .create(ConfigMap.builder().metadata(m -> m.name("a")).build().struct())
                .commitOrConflict();
        assertSame(known, users.claims(SECRET));
    }

    private void volume(String name, String namespace, String claim) {
        PersistentVolume volume =
                PersistentVolume.builder()
                        .metadata(m -> m.name(name))
                        .spec(s -> {
                            s.csi(c ->
                                    c.driver("d.example.com")
                                            .volumeHandle(name)
                                            .nodeStageSecretRef(
                                                    r -> r.namespace("keys").name("disk")));
                            return claim.isEmpty()
                                    ? s
                                    : s.claimRef(r -> r.namespace(namespace).name(claim));
                        })
                        .build();
        objects.write(VOLUMES, ObjectKey.cluster(name), OptionalLong.empty())
                .create(volume.struct())
                .commitOrConflict();
    }
}
