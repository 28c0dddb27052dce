package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.pki.CertificateRequest;
import dev.quilla.pki.KeyPairs;
import dev.quilla.pki.SigningRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What people ask kubectl about a cluster as a whole, and how they get at what runs in it. In a
 * namespace of its own, on a cluster that others use too.
 */
final class KubectlCluster {

    private static final String NAMESPACE = "wholly";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Kubectl kubectl;
    private final Path folder;

    KubectlCluster(TestCluster cluster, Path folder) {
        this.kubectl = new Kubectl(cluster, NAMESPACE);
        this.folder = folder;
    }

    void findsOutWhatThereIs() {
        kubectl.output("create", "namespace", NAMESPACE);
        assertTrue(kubectl.output("api-resources", "--verbs=list", "-o", "name").contains("pods"));
        assertTrue(kubectl.output("api-versions").lines().anyMatch("apps/v1"::equals));
        assertTrue(kubectl.output("explain", "pod.spec.containers").contains("restartPolicy"));
        assertTrue(
                kubectl.output("explain", "deploy", "--recursive")
                        .contains("revisionHistoryLimit"));
        assertTrue(kubectl.output("version").contains("Server Version"));
        assertTrue(kubectl.output("cluster-info").contains("is running at"));
        Path dump = folder.resolve("dump");
        kubectl.output("cluster-info", "dump", "--output-directory=" + dump);
        assertTrue(Files.exists(dump.resolve("nodes.json")));
        kubectl.says("ok", "get", "--raw", "/readyz");
        kubectl.says("ok", "get", "--raw", "/api/v1/nodes/worker-1/proxy/healthz");
        for (String kind : List.of("nodes", "pods", "events", "componentstatuses", "all")) {
            kubectl.output("get", kind, "-A", "-o", "wide");
        }
    }

    void makesWhatIsOfTheWholeCluster() {
        for (String words :
                List.of(
                        "clusterrole wholly --verb=get --resource=nodes",
                        "clusterrolebinding wholly --clusterrole=wholly --user=carl",
                        "priorityclass wholly --value=7 --description=x")) {
            assertTrue(kubectl.output(("create " + words).split(" ")).endsWith(" created"), words);
        }
        kubectl.says("yes", "auth", "can-i", "get", "nodes", "--as=carl");
        kubectl.output("delete", "clusterrole,clusterrolebinding,priorityclass", "wholly");
    }

    void looksAfterItsTools() throws IOException {
        Path kustomization = Files.createDirectory(folder.resolve("kustomized"));
        Files.writeString(
                kustomization.resolve("kustomization.yaml"),
                "namePrefix: our-\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n"
                        + "generatorOptions: {disableNameSuffixHash: true}\n");
        assertTrue(
                kubectl.output("kustomize", kustomization.toString()).contains("name: our-made"));
        kubectl.says("configmap/our-made created", "apply", "-k", kustomization.toString());
        Path plugin = Files.writeString(folder.resolve("kubectl-greet"), "#!/bin/sh\necho hi\n");
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> path = Map.of("PATH", folder + ":" + System.getenv("PATH"));
        assertTrue(kubectl.runWith(path, "", "plugin", "list").out().contains("kubectl-greet"));
    }

    void signsCertificates() {
        String body =
                """
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {name: %s}
                spec:
                  request: %s
                  signerName: kubernetes.io/kube-apiserver-client
                  usages: [client auth]
                """;
        String request =
                SigningRequest.create(
                        KeyPairs.generate(), CertificateRequest.client("dora", List.of()));
        String encoded =
                Base64.getEncoder().encodeToString(request.getBytes(StandardCharsets.UTF_8));
        for (String name : List.of("dora", "refused")) {
            kubectl.runWith(Map.of(), body.formatted(name, encoded), "create", "-f", "-").output();
        }
        kubectl.says(
                "certificatesigningrequest.certificates.k8s.io/dora approved",
                "certificate",
                "approve",
                "dora");
        kubectl.says(
                "certificatesigningrequest.certificates.k8s.io/refused denied",
                "certificate",
                "deny",
                "refused");
        Eventually.within(
                SOON,
                "a certificate is issued",
                () -> assertTrue(kubectl.output("get", "csr", "dora").contains("Approved,Issued")));
        assertTrue(kubectl.output("get", "csr", "refused").contains("Denied"));
        kubectl.output("delete", "csr", "dora", "refused");
    }

    void getsAtWhatRuns() throws IOException {
        String serve = "echo hello; exec busybox httpd -f -p 8080 -h " + folder;
        Files.writeString(folder.resolve("index.html"), "page\n");
        kubectl.output(
                "create",
                "deployment",
                "web",
                "--image=host",
                "--port=8080",
                "--",
                "sh",
                "-c",
                serve);
        kubectl.output("expose", "deployment", "web", "--port=80", "--target-port=8080");
        kubectl.output("rollout", "status", "deploy/web", "--timeout=60s");
        Eventually.within(
                SOON,
                "the service has an endpoint",
                () -> kubectl.says("page", "get", "--raw", proxy("services/web")));
        String pod = kubectl.output("get", "pod", "-l", "app=web", "-o", "name");
        kubectl.says("page", "get", "--raw", proxy("pods/" + pod.substring(4) + ":8080"));
        kubectl.fails("no endpoints available", "get", "--raw", proxy("services/web:none"));
        kubectl.fails(
                "cannot get resource \"services/proxy\"",
                "get",
                "--raw",
                proxy("services/web"),
                "--as=carl");
        assertEquals("page", throughProxy("services/http:web:80"));
        String scale = kubectl.output("get", "deploy", "web", "--subresource=scale");
        assertEquals(
                List.of("NAME DESIRED AVAILABLE AGE", "web 1 1"),
                scale.lines()
                        .map(l -> l.replaceAll("\\s+", " ").replaceFirst(" \\d+s$", ""))
                        .toList());
        Eventually.within(
                SOON,
                "there are figures",
                () -> assertTrue(kubectl.output("top", "pods").contains("web-")));
        assertTrue(kubectl.output("top", "nodes").contains("worker-1"));
    }

    private static String proxy(String what) {
        return "/api/v1/namespaces/" + NAMESPACE + "/" + what + "/proxy/index.html";
    }

    /** Asks through kubectl's own proxy, as a browser would. */
    private String throughProxy(String what) throws IOException {
        List<String> words = new ArrayList<>(kubectl.words());
        words.addAll(List.of("proxy", "--port=0"));
        Process process = new ProcessBuilder(words).start();
        try (BufferedReader said = process.inputReader()) {
            String line = String.valueOf(said.readLine());
            String address = line.substring(line.lastIndexOf(' ') + 1);
            return Web.page(address + proxy(what));
        } finally {
            process.destroy();
        }
    }

    void changesWhatRuns() {
        for (String words :
                List.of(
                        "set resources deploy/web --limits=memory=64Mi",
                        "set serviceaccount deploy/web default",
                        "set selector service/web app=web",
                        "rollout restart deploy/web")) {
            kubectl.output(words.split(" "));
        }
        kubectl.output("rollout", "status", "deploy/web", "--timeout=60s");
        assertTrue(kubectl.output("logs", "deploy/web", "--tail=1").contains("hello"));
        String pod =
                "apiVersion: v1\nkind: Pod\nmetadata: {name: again}\nspec:\n"
                        + "  terminationGracePeriodSeconds: 1\n  restartPolicy: Never\n"
                        + "  containers: [{name: c, image: host, stdin: true, stdinOnce: true,"
                        + " command: [cat]}]\n";
        kubectl.runWith(Map.of(), pod, "create", "-f", "-").output();
        kubectl.output("wait", "--for=condition=Ready", "pod/again", "--timeout=30s");
        Command attached = kubectl.runWith(Map.of(), "said\n", "attach", "again", "-i", "--quiet");
        assertEquals("said", attached.output());
        assertEquals(
                "pod \"again\" deleted\npod/again replaced",
                kubectl.runWith(Map.of(), pod, "replace", "--force", "-f", "-").output());
        // Nobody waits for the web servers, which take no notice of being asked to end.
        kubectl.output("delete", "namespace", NAMESPACE, "--wait=false");
    }
}
