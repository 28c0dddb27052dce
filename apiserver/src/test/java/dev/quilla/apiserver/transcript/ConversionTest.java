package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.store.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A custom kind whose versions differ, converted by a real server: v1 has a name, v2 a title. */
@Timeout(60)
class ConversionTest {

    private static final String V1 = "/apis/example.com/v1/namespaces/default/books";
    private static final String V2 = "/apis/example.com/v2/namespaces/default/books";

    private final TestApi api = new TestApi();
    private final HttpsPeer peer = new HttpsPeer(List.of("x"), (path, review) -> answer(review));
    private String mood = "well";

    @AfterEach
    void stop() {
        peer.close();
    }

    private Map<String, ?> answer(Map<String, @Nullable Object> review) {
        Map<?, ?> request = (Map<?, ?>) review.get("request");
        String version = (String) request.get("desiredAPIVersion");
        List<Object> converted = new ArrayList<>();
        for (Object one : (List<?>) request.get("objects")) {
            Map<String, Object> object = new LinkedHashMap<>();
            ((Map<?, ?>) one).forEach((name, value) -> object.put((String) name, value));
            boolean second = version.endsWith("/v2");
            object.put("apiVersion", version);
            object.put(second ? "title" : "name", object.remove(second ? "name" : "title"));
            if (mood.equals("renames")) {
                object.put("metadata", Map.of("name", "other"));
            }
            converted.add(object);
        }
        Map<String, ?> result =
                mood.equals("fails")
                        ? Map.of("status", "Failed", "message", "no idea")
                        : Map.of("status", "Success");
        return Map.of(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "ConversionReview",
                "response",
                Map.of("uid", request.get("uid"), "result", result, "convertedObjects", converted));
    }

    @BeforeEach
    void define() {
        call(
                "POST",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                """
                metadata: {name: books.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: books, singular: book, kind: Book, listKind: BookList}
                  versions:
                  - name: v1
                    served: true
                    storage: false
                    schema: {openAPIV3Schema: {type: object, properties: {name: {type: string}}}}
                  - name: v2
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {title: {type: string}}}}
                  conversion:
                    strategy: Webhook
                    webhook:
                      conversionReviewVersions: [v1]
                      clientConfig: {caBundle: %s, url: '%s'}
                """
                        .formatted(peer.caBundle(), peer.url("/convert")));
        api.call(
                "PATCH",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/books.example.com/status",
                "application/merge-patch+json",
                """
                {"status":{"acceptedNames":{"plural":"books","singular":"book","kind":"Book","listKind":"BookList"},
                "conditions":[{"type":"Established","status":"True"}]}}
                """);
    }

    private Struct call(String method, String target, String body) {
        return api.call(method, target, "application/yaml", body).answer().orElseThrow().get();
    }

    private void make(String name) {
        call(
                "POST",
                V1,
                "{apiVersion: example.com/v1, kind: Book, metadata: {name: %s, labels: {a: b}}, name: Emma}"
                        .formatted(name));
    }

    @Test
    void isReadInTheVersionThatIsAskedFor() {
        make("a");
        assertEquals("Emma", call("GET", V1 + "/a", "").text("name"));
        assertEquals("Emma", call("GET", V2 + "/a", "").text("title"));
        assertEquals(
                "b",
                call("GET", V2 + "/a", "")
                        .at("metadata", "labels")
                        .map(l -> ((Map<?, ?>) l).get("a"))
                        .orElseThrow());
    }

    @Test
    void isStoredInTheVersionThatIsMarked() {
        make("a");
        View view = api.objects().local();
        String stored =
                view.range(dev.quilla.store.KeyRange.prefix("/objects/example.com/"), 0)
                        .getFirst()
                        .value()
                        .toString();
        int asked = peer.asked().size();
        assertEquals("Emma", call("GET", V2 + "/a", "").text("title"), stored);
        assertEquals(asked, peer.asked().size());
    }

    @Test
    void aListIsConvertedAsOne() {
        for (int i = 0; i < 5; i++) {
            make("b" + i);
        }
        int asked = peer.asked().size();
        assertEquals(5, ((List<?>) call("GET", V1, "").find("items").orElseThrow()).size());
        assertEquals(asked + 1, peer.asked().size());
        call("GET", V1, "");
        assertEquals(asked + 1, peer.asked().size());
    }

    @Test
    void isWatchedInAnyVersion() throws InterruptedException {
        make("a");
        ApiReply.OfWatch watch =
                (ApiReply.OfWatch) api.call("GET", V1 + "?watch=true&resourceVersion=0", "", "");
        assertEquals(
                "Emma",
                watch.source().next(Duration.ZERO).orElseThrow().getFirst().object().text("name"));
        watch.source().close();
    }

    @Test
    void isChangedInAnyVersion() {
        make("a");
        call(
                "PUT",
                V2 + "/a",
                "{apiVersion: example.com/v2, kind: Book, metadata: {name: a, resourceVersion: \"%s\"}, title: Persuasion}"
                        .formatted(call("GET", V2 + "/a", "").text("metadata", "resourceVersion")));
        assertEquals("Persuasion", call("GET", V1 + "/a", "").text("name"));
    }

    @Test
    void whatFailsIsTold() {
        make("a");
        mood = "fails";
        ApiException e = assertThrows(ApiException.class, () -> call("GET", V1 + "/a", ""));
        assertEquals(
                "Internal error occurred: conversion webhook for example.com/v2, Kind=Book failed:"
                        + " no idea",
                e.status().message());
        assertThrows(ApiException.class, () -> make("b"));
    }

    @Test
    void mayNotRename() {
        make("a");
        mood = "renames";
        ApiException e = assertThrows(ApiException.class, () -> call("GET", V1 + "/a", ""));
        assertTrue(e.status().message().contains("metadata.name must be \"a\", not \"other\""));
    }
}
