package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.registry.Derived;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.core.v1.PersistentVolume;
import dev.quilla.store.Entry;
import dev.quilla.store.KeyRange;
import dev.quilla.store.View;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The claims whose volumes need a secret: kubelets ask for secrets all the time, and volumes, of
 * which there may be tens of thousands, change seldom. Thread-safe.
 */
final class SecretUsers {

    private final ObjectStore objects;
    private final ApiResource volumes;
    private final KeyRange range;
    private final Derived<Map<ObjectKey, Set<ObjectKey>>> claims;

    SecretUsers(ObjectStore objects, ApiResource volumes) {
        this.objects = objects;
        this.volumes = volumes;
        this.range = Keys.objects(volumes.gvr().groupResource(), "");
        this.claims = new Derived<>(objects, range, this::read);
    }

    /** The claims that use a secret, as of this master's own state. */
    Set<ObjectKey> claims(ObjectKey secret) {
        return claims.get().getOrDefault(secret, Set.of());
    }

    private Map<ObjectKey, Set<ObjectKey>> read(View view) {
        Map<ObjectKey, Set<ObjectKey>> users = new HashMap<>();
        for (Entry entry : view.range(range, 0)) {
            try {
                add(users, objects.inPassing(volumes.definition(), entry));
            } catch (ApiException e) {
                // Nobody gets a right from a volume that can't be read.
            }
        }
        return users;
    }

    private static void add(Map<ObjectKey, Set<ObjectKey>> users, Struct volume) {
        ObjectReference claim = new PersistentVolume(volume).spec().claimRef();
        if (!claim.name().isEmpty()) {
            ObjectKey key = new ObjectKey(claim.namespace(), claim.name());
            for (ObjectKey secret : VolumeSecrets.ofVolume(volume)) {
                users.computeIfAbsent(secret, s -> new HashSet<>()).add(key);
            }
        }
    }
}
