package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What people do with kubectl to objects of all kinds, and the usual mistakes. In a namespace of
 * its own, on a cluster that others use too.
 */
final class KubectlObjects {

    private static final String NAMESPACE = "objects";

    private final Kubectl kubectl;
    private final Path folder;

    KubectlObjects(TestCluster cluster, Path folder) {
        this.kubectl = new Kubectl(cluster, NAMESPACE);
        this.folder = folder;
    }

    void makesObjectsOfEveryKindItHasACommandFor() {
        kubectl.says("namespace/objects created", "create", "namespace", NAMESPACE);
        for (String words :
                List.of(
                        "configmap settings --from-literal=a=b",
                        "secret generic password --from-literal=word=sesame",
                        "deployment idle --image=host --replicas=0 -- sleep 600",
                        "job once --image=host -- true",
                        "service clusterip inner --tcp=80:8080",
                        "service nodeport outer --tcp=80:8080",
                        "service externalname other --external-name=example.com",
                        "serviceaccount robot",
                        "role reader --verb=get,list --resource=pods,deployments.apps",
                        "rolebinding reads --role=reader --serviceaccount=objects:robot",
                        "quota few --hard=configmaps=50",
                        "poddisruptionbudget calm --selector=app=idle --min-available=1",
                        "ingress front --rule=a.example.com/*=inner:80")) {
            String created = kubectl.output(("create " + words).split(" "));
            assertTrue(created.endsWith(" created"), created);
        }
        String schedule = "--schedule=0 0 30 2 *";
        kubectl.says(
                "cronjob.batch/never created",
                "create",
                "cronjob",
                "never",
                "--image=host",
                schedule,
                "--",
                "true");
        assertEquals(3, kubectl.output("create", "token", "robot").split("\\.").length);
        kubectl.fails("configmaps \"settings\" already exists", "create", "cm", "settings");
        kubectl.fails("serviceaccounts \"nobody\" not found", "create", "token", "nobody");
        kubectl.says("service/idle exposed", "expose", "deploy", "idle", "--port=80");
        kubectl.says(
                "horizontalpodautoscaler.autoscaling/idle autoscaled",
                "autoscale",
                "deploy",
                "idle",
                "--max=3",
                "--cpu-percent=60");
        kubectl.says(
                "60",
                "get",
                "hpa.v2.autoscaling",
                "idle",
                "-o",
                "jsonpath={.spec.metrics[0].resource.target.averageUtilization}");
        kubectl.output("delete", "hpa", "idle");
        for (String kind :
                List.of("cm/settings", "cj/never", "ing/front", "pdb/calm", "role/reader")) {
            String name = kind.split("/")[1];
            assertTrue(kubectl.output("describe", kind).contains(name), kind);
        }
    }

    void appliesPrunesAndTries() throws IOException {
        Path set = Files.createDirectory(folder.resolve("set"));
        for (String name : List.of("one", "two")) {
            Files.writeString(set.resolve(name + ".yaml"), configMap(name, "1"));
        }
        String[] apply = {"apply", "-f", set.toString(), "--prune", "-l", "set=ours"};
        kubectl.says("configmap/one created\nconfigmap/two created", apply);
        Files.delete(set.resolve("two.yaml"));
        kubectl.says(
                "configmap/one unchanged\nconfigmap/two pruned",
                with(apply, "--prune-allowlist=core/v1/ConfigMap"));

        Files.writeString(set.resolve("one.yaml"), configMap("one", "2"));
        Command diff = kubectl.run("diff", "-f", set.toString());
        assertEquals(1, diff.code());
        List<String> changes =
                diff.out().lines().filter(l -> l.matches("[-+] .*")).map(String::strip).toList();
        assertEquals(List.of("-  x: \"1\"", "+  x: \"2\""), changes, diff::toString);
        kubectl.says("configmap/one configured (server dry run)", with(apply, "--dry-run=server"));
        assertEquals("1", kubectl.output("get", "cm", "one", "-o", "jsonpath={.data.x}"));
        kubectl.says("configmap/one configured", "apply", "-f", set.toString());
        String[] serverSide = {"apply", "--server-side", "-f", set.toString()};
        kubectl.says("configmap/one serverside-applied", serverSide);
        Files.writeString(set.resolve("one.yaml"), configMap("one", "3"));
        String[] other = with(serverSide, "--field-manager=other");
        kubectl.fails("conflict with \"kubectl", other);
        kubectl.says("configmap/one serverside-applied", with(other, "--force-conflicts"));
        kubectl.fails("namespaces \"nowhere\" not found", with(serverSide, "--namespace=nowhere"));
    }

    private static String configMap(String name, String value) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, labels: {set: ours}}
        data: {x: "%s"}
        """
                .formatted(name, value);
    }

    private static String[] with(String[] words, String more) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 1);
        all[words.length] = more;
        return all;
    }

    void patchesEditsAndReplaces() {
        String patched = "deployment.apps/idle patched";
        kubectl.says(patched, "patch", "deploy", "idle", "-p", "{\"spec\":{\"paused\":true}}");
        kubectl.says(
                patched,
                "patch",
                "deploy",
                "idle",
                "--type=json",
                "-p",
                "[{\"op\":\"remove\",\"path\":\"/spec/paused\"}]");
        kubectl.says(
                "scale.autoscaling/idle patched",
                "patch",
                "deploy",
                "idle",
                "--subresource=scale",
                "--type=merge",
                "-p",
                "{\"spec\":{\"replicas\":1}}");
        kubectl.fails(
                "field is immutable",
                "patch",
                "deploy",
                "idle",
                "-p",
                "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}}}}");
        Map<String, String> editor = Map.of("EDITOR", "sed -i s/replicas:.1/replicas:\\ 0/");
        assertEquals(
                "deployment.apps/idle edited",
                kubectl.runWith(editor, "", "edit", "deploy", "idle").output());
        assertEquals(
                "0", kubectl.output("get", "deploy", "idle", "-o", "jsonpath={.spec.replicas}"));
        String old =
                kubectl.output("get", "cm", "settings", "-o", "yaml")
                        .replaceAll("resourceVersion: .*", "resourceVersion: \"1\"")
                        .replace("a: b", "a: c");
        Command replace = kubectl.runWith(Map.of(), old, "replace", "-f", "-");
        assertTrue(replace.err().contains("the object has been modified"), replace::toString);
        kubectl.says("configmap/settings labeled", "label", "cm", "settings", "tier=front");
        kubectl.fails("already has a value", "label", "cm", "settings", "tier=back");
        kubectl.says("configmap/settings unlabeled", "label", "cm", "settings", "tier-");
        kubectl.says("configmap/settings annotated", "annotate", "cm", "settings", "note=x");
    }

    void asksWhoMayDoWhat() {
        String robot = "--as=system:serviceaccount:objects:robot";
        kubectl.says("yes", "auth", "can-i", "list", "pods", robot);
        assertEquals("no", kubectl.run("auth", "can-i", "delete", "pods", robot).out().strip());
        assertTrue(kubectl.output("auth", "can-i", "--list", robot).contains("deployments.apps"));
        assertTrue(kubectl.output("auth", "whoami").contains("kubernetes-admin"));
        kubectl.fails("cannot list resource \"secrets\"", "get", "secrets", robot);
        kubectl.says(
                "bob", "auth", "whoami", "--as=bob", "-o", "jsonpath={.status.userInfo.username}");
        String wider =
                kubectl.output("get", "role", "reader", "-o", "yaml").replace("- list", "- watch");
        Command reconcile = kubectl.runWith(Map.of(), wider, "auth", "reconcile", "-f", "-");
        assertTrue(reconcile.output().contains("role.rbac.authorization.k8s.io/reader reconciled"));
        kubectl.says(
                "rolebinding.rbac.authorization.k8s.io/reads subjects updated",
                "set",
                "subject",
                "rolebinding",
                "reads",
                "--user=alice");
        kubectl.says("yes", "auth", "can-i", "watch", "pods", "--as=alice");
    }
}
