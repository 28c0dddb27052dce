package dev.quilla.apiserver.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.http.ApiServer;
import dev.quilla.client.fake.HttpsPeer;
import dev.quilla.http.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Warnings come with refusals as they do with answers. */
class WarnedRefusalsTest {

    private final TestApi api = new TestApi();

    private MemoryExchange ask(String method, String path, String body) throws IOException {
        try (FlowControl flows =
                new FlowControl(api.objects(), 100, InstantSource.system(), System::nanoTime)) {
            flows.start();
            ApiServer server = TestServers.forAdministrators(api, flows);
            MemoryExchange exchange =
                    new MemoryExchange(
                            method,
                            path,
                            Map.of(),
                            Headers.of("Content-Type", "application/yaml"),
                            body.getBytes(StandardCharsets.UTF_8));
            server.handle(exchange);
            return exchange;
        }
    }

    @Test
    void whatIsDeprecatedIsSaidToBeSoEvenIfItIsNotThere() throws IOException {
        MemoryExchange answer = ask("GET", "/api/v1/namespaces/default/endpoints/none", "");
        assertEquals(404, answer.status());
        assertEquals(
                List.of(
                        "299 - \"v1 Endpoints is deprecated in v1.33+; use"
                                + " discovery.k8s.io/v1 EndpointSlice\""),
                answer.answeredHeaders().all("Warning"));
    }

    @Test
    void whatIsUnknownIsSaidToBeSoToWhoIsRefusedForSomethingElse() throws IOException {
        String path = "/api/v1/namespaces/default/configmaps";
        MemoryExchange refused = ask("POST", path, "{metadata: {name: A_b}, more: 1}");
        assertEquals(422, refused.status());
        MemoryExchange made = ask("POST", path, "{metadata: {name: a}, more: 1}");
        assertEquals(201, made.status());
        for (MemoryExchange answer : List.of(refused, made)) {
            assertEquals(
                    List.of("299 - \"unknown field \\\"more\\\"\""),
                    answer.answeredHeaders().all("Warning"));
        }
    }

    @Test
    void aWebhookThatDeniesMayWarnToo() throws IOException {
        try (HttpsPeer peer =
                new HttpsPeer(
                        List.of("hook.default.svc"),
                        (path, review) ->
                                Map.of(
                                        "apiVersion",
                                        "admission.k8s.io/v1",
                                        "kind",
                                        "AdmissionReview",
                                        "response",
                                        Map.of(
                                                "uid",
                                                ((Map<?, ?>) review.get("request")).get("uid"),
                                                "allowed",
                                                false,
                                                "warnings",
                                                List.of("think twice"))))) {
            ask(
                    "POST",
                    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                    """
                    {metadata: {name: w}, webhooks: [{name: w.example.com, clientConfig: {url: '%s', caBundle: %s},
                      rules: [{apiGroups: [''], apiVersions: [v1], resources: [configmaps], operations: ['*']}],
                      sideEffects: None, admissionReviewVersions: [v1]}]}
                    """
                            .formatted(peer.url("/"), peer.caBundle()));
            MemoryExchange answer =
                    ask("POST", "/api/v1/namespaces/default/configmaps", "{metadata: {name: m}}");
            assertEquals(400, answer.status(), answer.toString());
            assertEquals(List.of("299 - \"think twice\""), answer.answeredHeaders().all("Warning"));
        }
    }
}
