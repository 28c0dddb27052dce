package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.encryption.KeyFile;
import dev.quilla.apiserver.encryption.KeyRing;
import dev.quilla.apiserver.encryption.RootKey;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.StoredKeys;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupResource;
import dev.quilla.model.Schema;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import dev.quilla.store.Freshness;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Key;
import dev.quilla.store.Op;
import dev.quilla.store.Txn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsAtRestTest {

    private static final Set<GroupResource> ENCRYPTED = Set.of(new GroupResource("", "secrets"));
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static final String NOTHING = "{}";

    private final InMemoryStore store = new InMemoryStore();

    @TempDir private Path folder;
    private TestApi api = new TestApi();
    private KeyFile file = new KeyFile(Path.of(""));

    @BeforeEach
    void start() throws IOException {
        file = new KeyFile(folder.resolve("encryption.keys"));
        file.write(List.of(RootKey.generate("k1", new SecureRandom())));
        api = new TestApi(new ObjectStore(store, encryption()));
        api.call("POST", SECRETS, "application/yaml", secret("s"));
    }

    private Encryption encryption() throws IOException {
        return Encryption.of(KeyRing.open(file), ENCRYPTED);
    }

    private static String secret(String name) {
        return "{metadata: {name: %s}, stringData: {password: hunter2}}".formatted(name);
    }

    private Entry entry(String name) {
        return store.view(new Freshness.Any())
                .get(new Key("/objects/core/secrets/default/" + name))
                .orElseThrow();
    }

    private static String password(TestApi api, String name) {
        ApiReply reply = api.call("GET", SECRETS + "/" + name, "", "");
        return new Secret(reply.answer().orElseThrow().get()).data().get("password").toUtf8();
    }

    private StoredKeys keys(ObjectStore objects, KeyRing ring) {
        return new StoredKeys(
                objects,
                new ResourceRegistry(Schema.builtin(), Map.of(), ResourceRegistry.More.NONE),
                Encryption.of(ring, ENCRYPTED),
                Optional.of(ring),
                ENCRYPTED);
    }

    @Test
    void theStoreSeesNoPassword() {
        String stored = new String(entry("s").value().shared(), StandardCharsets.ISO_8859_1);
        assertFalse(stored.contains("hunter2") || stored.contains("aHVudGVyMg"), stored);
        assertEquals("hunter2", password(api, "s"));
    }

    @Test
    void whatWasStoredInClearIsReadAndWrittenAgain() throws IOException {
        TestApi before = new TestApi(new ObjectStore(new InMemoryStore()));
        assertTrue(before.objects().store() instanceof InMemoryStore);
        InMemoryStore other = (InMemoryStore) before.objects().store();
        before.call("POST", SECRETS, "application/yaml", secret("old"));
        KeyRing ring = KeyRing.open(file);
        ObjectStore objects = new ObjectStore(other, Encryption.of(ring, ENCRYPTED));
        TestApi after = new TestApi(objects);
        assertEquals("hunter2", password(after, "old"));
        StoredKeys keys = keys(objects, ring);
        assertEquals(List.of(SECRETS + "/old"), keys.outdated(10));
        after.call("PATCH", SECRETS + "/old", "application/merge-patch+json", NOTHING);
        assertEquals(List.of(), keys.outdated(10));
        assertEquals(
                List.of(new StoredKeys.Count(new GroupResource("", "secrets"), Map.of("k1", 1))),
                keys.counts());
        assertEquals("hunter2", password(after, "old"));
    }

    @Test
    void aChangeThatChangesNothingWritesWithTheNewKeyOnce() throws IOException {
        KeyRing ring = KeyRing.open(file);
        ObjectStore objects = new ObjectStore(store, Encryption.of(ring, ENCRYPTED));
        TestApi now = new TestApi(objects);
        ring.add(RootKey.generate("k2", new SecureRandom()));
        ring.use("k2");
        now.call("PATCH", SECRETS + "/s", "application/merge-patch+json", NOTHING);
        Bytes rewritten = entry("s").value();
        assertEquals(Optional.of("k2"), Encryption.keyOf(rewritten));
        now.call("PATCH", SECRETS + "/s", "application/merge-patch+json", NOTHING);
        assertEquals(rewritten, entry("s").value());
        assertEquals("hunter2", password(now, "s"));
    }

    @Test
    void aMissingKeyIsNamedWhereverItIsNeeded() throws Exception {
        file.write(List.of(RootKey.generate("k2", new SecureRandom())));
        KeyRing ring = KeyRing.open(file);
        ObjectStore objects = new ObjectStore(store, Encryption.of(ring, ENCRYPTED));
        TestApi other = new TestApi(objects);
        ApiException read = assertThrows(ApiException.class, () -> password(other, "s"));
        assertEquals(500, read.code());
        assertTrue(read.getMessage().contains("encrypted with key 'k1'"), read.getMessage());
        assertThrows(ApiException.class, () -> other.call("GET", SECRETS, "", ""));
        assertEquals(
                Optional.of(
                        "1 secrets are encrypted with key 'k1', which this master does not hold"),
                keys(objects, ring).problem());
    }

    @Test
    void twoSecretsCannotBeSwapped() {
        api.call("POST", SECRETS, "application/yaml", secret("t"));
        Entry s = entry("s");
        store.commit(
                new Txn(
                        List.of(),
                        List.of(new Op.Put(entry("t").key(), s.value())),
                        OptionalLong.empty()));
        ApiException refusal = assertThrows(ApiException.class, () -> password(api, "t"));
        assertTrue(
                refusal.getMessage().contains("is not what was encrypted there"),
                refusal.getMessage());
    }
}
