package dev.quilla.e2e.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kubernetes.client.Exec;
import io.kubernetes.client.PortForward;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1CustomResourceDefinition;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1SecretList;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.Watchable;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.kubernetes.client.util.generic.dynamic.Dynamics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Kubernetes' own client for Java. In a namespace of its own.
 *
 * @param pod one that runs there
 */
record OfficialJavaClient(ApiClient client, String namespace, String pod) {

    private static final long SECONDS_MAX = 30;

    static OfficialJavaClient of(Path kubeconfig, String namespace, String pod) throws IOException {
        return new OfficialJavaClient(Config.fromConfig(kubeconfig.toString()), namespace, pod);
    }

    private CoreV1Api core() {
        return new CoreV1Api(client);
    }

    private GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> configMaps() {
        return new GenericKubernetesApi<>(
                V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
    }

    private GenericKubernetesApi<V1Secret, V1SecretList> secrets() {
        return new GenericKubernetesApi<>(
                V1Secret.class, V1SecretList.class, "", "v1", "secrets", client);
    }

    private V1ObjectMeta named(String name) {
        return new V1ObjectMeta().namespace(namespace).name(name);
    }

    void makesReadsChangesAndDeletes() throws ApiException {
        V1ConfigMap wanted =
                new V1ConfigMap()
                        .metadata(named("made").labels(Map.of("by", "official")))
                        .data(Map.of("a", "1"));
        V1ConfigMap made = core().createNamespacedConfigMap(namespace, wanted).execute();
        made.putDataItem("b", "2");
        core().replaceNamespacedConfigMap("made", namespace, made).execute();
        ApiException old =
                assertThrows(
                        ApiException.class,
                        () -> core().replaceNamespacedConfigMap("made", namespace, made).execute());
        assertEquals(409, old.getCode());
        String applied =
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"made"},"data":{"c":"3"}}
                """;
        configMaps()
                .patch(
                        namespace,
                        "made",
                        V1Patch.PATCH_FORMAT_APPLY_YAML,
                        new V1Patch(applied),
                        fieldManager())
                .throwsApiException();
        assertEquals(
                Map.of("a", "1", "b", "2", "c", "3"),
                core().readNamespacedConfigMap("made", namespace).execute().getData());
        assertEquals(
                1,
                core().listNamespacedConfigMap(namespace)
                        .labelSelector("by=official")
                        .limit(5)
                        .execute()
                        .getItems()
                        .size());
        core().deleteNamespacedConfigMap("made", namespace).execute();
        assertEquals(404, configMaps().get(namespace, "made").getHttpStatusCode());
    }

    private static io.kubernetes.client.util.generic.options.PatchOptions fieldManager() {
        var options = new io.kubernetes.client.util.generic.options.PatchOptions();
        options.setFieldManager("official");
        return options;
    }

    void watches() throws ApiException, IOException {
        try (Watchable<V1Secret> watch = secrets().watch(namespace, fromNow())) {
            secrets().create(new V1Secret().metadata(named("noted"))).throwsApiException();
            assertEquals("ADDED noted", next(watch));
            secrets().delete(namespace, "noted").throwsApiException();
            assertEquals("DELETED noted", next(watch));
        }
    }

    private io.kubernetes.client.util.generic.options.ListOptions fromNow() throws ApiException {
        var options = new io.kubernetes.client.util.generic.options.ListOptions();
        options.setResourceVersion(
                core().listNamespacedSecret(namespace)
                        .execute()
                        .getMetadata()
                        .getResourceVersion());
        return options;
    }

    private static String next(Watchable<V1Secret> watch) {
        var event = watch.next();
        return event.type + " " + event.object.getMetadata().getName();
    }

    void informs() throws ApiException, InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        SharedInformerFactory informers = new SharedInformerFactory(client);
        SharedIndexInformer<V1ConfigMap> informer =
                informers.sharedIndexInformerFor(configMaps(), V1ConfigMap.class, 0, namespace);
        informer.addEventHandler(new Heard(seen));
        informers.startAllRegisteredInformers();
        try {
            configMaps().create(new V1ConfigMap().metadata(named("told"))).throwsApiException();
            String told = "";
            while (!"added told".equals(told)) {
                told = seen.poll(SECONDS_MAX, TimeUnit.SECONDS);
            }
            assertEquals(
                    "told",
                    informer.getIndexer().getByKey(namespace + "/told").getMetadata().getName());
        } finally {
            informers.stopAllRegisteredInformers();
        }
    }

    private record Heard(BlockingQueue<String> seen) implements ResourceEventHandler<V1ConfigMap> {
        @Override
        public void onAdd(V1ConfigMap object) {
            seen.add("added " + object.getMetadata().getName());
        }

        @Override
        public void onUpdate(V1ConfigMap old, V1ConfigMap object) {}

        @Override
        public void onDelete(V1ConfigMap object, boolean unknown) {}
    }

    void readsLogsAndRunsPrograms() throws Exception {
        assertEquals("hello\n", core().readNamespacedPodLog(pod, namespace).tailLines(1).execute());
        Process failing = exec("sh", "-c", "echo out; echo err >&2; exit 3");
        InputStream out = failing.getInputStream();
        InputStream err = failing.getErrorStream();
        assertEquals("out\n", all(out));
        assertEquals("err\n", all(err));
        assertEquals(3, ended(failing));
        Process echo = exec("head", "-n", "1");
        InputStream said = echo.getInputStream();
        echo.getOutputStream().write("said\n".getBytes(StandardCharsets.UTF_8));
        echo.getOutputStream().flush();
        assertEquals("said\n", all(said));
        assertEquals(0, ended(echo));
    }

    private Process exec(String... words) throws ApiException, IOException {
        return new Exec(client).exec(namespace, pod, words, true, false);
    }

    private static int ended(Process process) throws InterruptedException {
        assertEquals(true, process.waitFor(SECONDS_MAX, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private static String all(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    void forwardsPorts() throws ApiException, IOException {
        var forward = new PortForward(client).forward(namespace, pod, List.of(8080));
        try (forward;
                // To be had before the answer: with its end the client gives none away any more.
                InputStream in = forward.getInputStream(8080);
                OutputStream out = forward.getOutboundStream(8080)) {
            out.write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            String answer = all(in);
            assertEquals("page", answer.substring(answer.lastIndexOf("\r\n\r\n")).strip());
        }
        assertEquals(
                "page\n",
                core().connectGetNamespacedPodProxyWithPath(pod + ":8080", namespace, "index.html")
                        .execute());
    }

    void definesKinds(String definition) throws Exception {
        V1CustomResourceDefinition boats =
                Yaml.loadAs(definition, V1CustomResourceDefinition.class);
        ApiextensionsV1Api definitions = new ApiextensionsV1Api(client);
        definitions.createCustomResourceDefinition(boats).execute();
        String name = boats.getMetadata().getName();
        dev.quilla.e2e.Eventually.within(
                java.time.Duration.ofSeconds(SECONDS_MAX),
                "the kind is served",
                () ->
                        assertEquals(
                                true,
                                definitions
                                        .readCustomResourceDefinition(name)
                                        .execute()
                                        .getStatus()
                                        .getConditions()
                                        .stream()
                                        .anyMatch(c ->
                                                c.getType().equals("Established")
                                                        && c.getStatus().equals("True"))));
        String group = boats.getSpec().getGroup();
        DynamicKubernetesApi api = new DynamicKubernetesApi(group, "v1", "boats", client);
        DynamicKubernetesObject boat =
                Dynamics.newFromYaml(
                        """
                        apiVersion: %s/v1
                        kind: Boat
                        metadata: {name: one, namespace: %s}
                        spec: {color: red}
                        """
                                .formatted(group, namespace));
        api.create(boat).throwsApiException();
        assertEquals(
                "red",
                api.get(namespace, "one")
                        .getObject()
                        .getRaw()
                        .getAsJsonObject("spec")
                        .get("color")
                        .getAsString());
        api.delete(namespace, "one").throwsApiException();
        definitions.deleteCustomResourceDefinition(name).execute();
    }
}
