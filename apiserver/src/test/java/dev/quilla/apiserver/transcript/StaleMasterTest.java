package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.store.Freshness;
import dev.quilla.store.InMemoryStore;
import dev.quilla.store.Store;
import dev.quilla.store.View;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes that come to a master which has not heard of the last ones. */
@Timeout(60)
class StaleMasterTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MAP = MAPS + "/map";
    private static final String MERGE = "application/merge-patch+json";

    private final InMemoryStore newest = new InMemoryStore();
    private Optional<View> old = Optional.empty();
    private final TestApi api = new TestApi(new ObjectStore(store()));

    /** Shows an old picture to those who take any. */
    private Store store() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (proxy, method, arguments) -> {
                            if (old.isPresent()
                                    && method.getName().equals("view")
                                    && arguments[0] instanceof Freshness.Any) {
                                return old.get();
                            }
                            try {
                                return method.invoke(newest, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** From now on this master hears of nothing. */
    private void fallBehind() {
        old = Optional.of(newest.view(new Freshness.Any()));
    }

    private Struct send(String method, String path, String type, String body) {
        return api.call(method, path, type, body).answer().orElseThrow().get();
    }

    private static String data(Struct map, String key) {
        return new ConfigMap(map).data().getOrDefault(key, "");
    }

    private void create() {
        send("POST", MAPS, "application/json", "{\"metadata\":{\"name\":\"map\"}}");
    }

    private Struct set(String key, String value) {
        return send("PATCH", MAP, MERGE, "{\"data\":{\"%s\":\"%s\"}}".formatted(key, value));
    }

    @Test
    void aChangeIsMadeOfTheNewest() {
        create();
        fallBehind();
        set("other", "1");
        Struct after = set("mine", "2");
        assertEquals("1", data(after, "other"));
        assertEquals("2", data(after, "mine"));
    }

    @Test
    void whatChangesNothingHereMayChangeTheNewest() {
        create();
        set("mine", "1");
        fallBehind();
        set("mine", "2");
        set("mine", "1");
        assertEquals("1", data(set("other", "3"), "mine"));
    }

    @Test
    void whatIsGoneIsNotFound() {
        create();
        fallBehind();
        api.call("DELETE", MAP, "", "");
        ApiException why = assertThrows(ApiException.class, () -> set("mine", "1"));
        assertTrue(why.isNotFound());
    }

    @Test
    void whatIsNotHereYetIsFound() {
        fallBehind();
        create();
        assertEquals("1", data(set("mine", "1"), "mine"));
    }

    @Test
    void theNewestVersionIsTheOneToName() {
        create();
        String before = set("mine", "1").text("metadata", "resourceVersion");
        fallBehind();
        String now = set("mine", "2").text("metadata", "resourceVersion");
        ApiException why = assertThrows(ApiException.class, () -> replace(before));
        assertEquals("Conflict", why.reason());
        assertEquals("3", data(replace(now), "mine"));
    }

    private Struct replace(String version) {
        return send(
                "PUT",
                MAP,
                "application/json",
                """
                {"metadata":{"name":"map","resourceVersion":"%s"},"data":{"mine":"3"}}\
                """
                        .formatted(version));
    }

    @Test
    void aRefusalIsAboutTheNewest() {
        create();
        fallBehind();
        set("mine", "1");
        String patch = "[{\"op\":\"test\",\"path\":\"/data/mine\",\"value\":\"1\"}]";
        Struct same = send("PATCH", MAP, "application/json-patch+json", patch);
        assertEquals("1", data(same, "mine"));
    }
}
