package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.encryption.Encryption;
import dev.quilla.apiserver.encryption.KeyFile;
import dev.quilla.apiserver.encryption.KeyRing;
import dev.quilla.apiserver.encryption.RootKey;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.SplicedJson;
import dev.quilla.model.GroupResource;
import dev.quilla.store.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever creates an object is answered what a reader of it gets. */
class CreatedObjectsTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MAP = "metadata: {name: m}\ndata: {a: b}";

    private record Both(ApiReply.OfStored created, ApiReply.OfStored read) {}

    private static Both both(TestApi api, String path, String name, String object) {
        return new Both(
                (ApiReply.OfStored) api.call("POST", path, "application/yaml", object),
                (ApiReply.OfStored) api.call("GET", path + "/" + name, "", ""));
    }

    private static String json(ApiReply.OfStored reply) {
        SplicedJson json = reply.object().json().orElseThrow();
        return new String(json.toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void itIsSentAsItIsStored() {
        Both both = both(new TestApi(), MAPS, "m", MAP);
        assertEquals(201, both.created().code());
        assertEquals(json(both.read()), json(both.created()));
        assertEquals(both.read().object().object(), both.created().object().object());
    }

    @Test
    void whatIsAppliedIsSentSoToo() {
        TestApi api = new TestApi();
        ApiReply.OfStored applied =
                (ApiReply.OfStored)
                        api.call(
                                "PATCH",
                                MAPS + "/m?fieldManager=test",
                                "application/apply-patch+yaml",
                                "apiVersion: v1\nkind: ConfigMap\n" + MAP);
        assertEquals(201, applied.code());
        assertEquals(json((ApiReply.OfStored) api.call("GET", MAPS + "/m", "", "")), json(applied));
    }

    @Test
    void anObjectThatIsStoredAsAnotherVersionIsSentAsItsOwn() {
        Both both =
                both(
                        new TestApi(),
                        "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers",
                        "h",
                        """
                        metadata: {name: h}
                        spec:
                          maxReplicas: 3
                          targetCPUUtilizationPercentage: 50
                          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}
                        """);
        assertTrue(both.created().object().json().isEmpty());
        assertEquals(both.read().object().object(), both.created().object().object());
    }

    @Test
    void noCiphertextIsSent(@TempDir Path folder) throws Exception {
        KeyFile file = new KeyFile(folder.resolve("encryption.keys"));
        file.write(List.of(RootKey.generate("k1", new SecureRandom())));
        Encryption encryption =
                Encryption.of(KeyRing.open(file), Set.of(new GroupResource("", "configmaps")));
        Both both =
                both(new TestApi(new ObjectStore(new InMemoryStore(), encryption)), MAPS, "m", MAP);
        assertTrue(both.created().object().json().isEmpty());
        assertEquals(both.read().object().object(), both.created().object().object());
    }
}
