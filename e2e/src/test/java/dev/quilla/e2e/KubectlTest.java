package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What kubectl does with the API alone: one master, and nothing that runs pods. */
final class KubectlTest {

    private static final Setting API_ALONE = new Setting("process", "loopback", 31443);

    private static final String LIST =
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: one}
              data: {color: green}
            - apiVersion: v1
              kind: Secret
              metadata: {name: two}
              data: {word: c2VzYW1l}
            """;

    private static final String BOATS =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: boats.harbour.example.com}
            spec:
              group: harbour.example.com
              scope: Namespaced
              names: {plural: boats, kind: Boat, shortNames: [bt]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale: {specReplicasPath: .spec.crew, statusReplicasPath: .status.crew}
                additionalPrinterColumns:
                - {name: Color, type: string, jsonPath: .spec.color}
                - {name: Crew, type: integer, jsonPath: .spec.crew}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:
                          color: {type: string, description: Of its hull.}
                          crew: {type: integer, default: 1}
                          sails:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [name]
                            items:
                              type: object
                              required: [name]
                              properties: {name: {type: string, minLength: 3}}
                      status: {type: object, properties: {crew: {type: integer}}}
            """;

    private static TestCluster cluster;

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = TestCluster.start(API_ALONE, "--masters", "1", "--workers", "0");
    }

    @AfterAll
    static void removeCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aListIsCheckedAndMade() {
        String wrong = LIST.replace("data: {", "dta: {");
        Command refused = cluster.kubectlWith(wrong, "create", "-f", "-");
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("unknown field \"dta\""), refused.err());
        assertEquals(
                "configmap/one created\nsecret/two created",
                cluster.kubectlWith(LIST, "create", "--save-config", "-f", "-").output());
        assertEquals(
                "configmap/one unchanged\nsecret/two unchanged",
                cluster.kubectlWith(LIST, "apply", "--validate=strict", "-f", "-").output());
        String changed = LIST.replace("green", "blue");
        Command difference = cluster.kubectlWith(changed, "diff", "-f", "-");
        assertEquals(1, difference.code(), difference.toString());
        assertTrue(difference.out().contains("+  color: blue"), difference.out());
        cluster.kubectlWith(LIST, "delete", "-f", "-").output();
    }

    @Test
    void aCustomKindIsOneLikeAnyOther() {
        cluster.kubectlWith(BOATS, "apply", "-f", "-").output();
        cluster.kubectl("wait", "--for=condition=established", "crd/boats.harbour.example.com")
                .output();
        assertTrue(cluster.kubectl("api-resources").output().contains("harbour.example.com/v1"));
        String boat =
                """
                apiVersion: harbour.example.com/v1
                kind: Boat
                metadata: {name: one}
                spec: {color: red, sails: [{name: main}]}
                """;
        String unknown = boat.replace("color:", "colour:");
        Command refused = cluster.kubectlWith(unknown, "apply", "-f", "-");
        assertTrue(refused.err().contains("unknown field \"spec.colour\""), refused.err());
        Command wrong =
                cluster.kubectlWith(
                        boat.replace("red", "7").replace("main", "m"), "apply", "-f", "-");
        assertTrue(wrong.err().contains("* spec.color: Invalid value"), wrong.err());
        assertTrue(wrong.err().contains("* spec.sails[0].name: Invalid value"), wrong.err());
        String created = "boat.harbour.example.com/one created";
        assertEquals(created, cluster.kubectlWith(boat, "apply", "-f", "-").output());
        assertEquals("one red 1", words(cluster.kubectl("get", "bt", "--no-headers").output()));
        assertTrue(cluster.kubectl("explain", "boat.spec.color").output().contains("Of its hull."));
        cluster.kubectl("scale", "boat", "one", "--replicas", "3").output();
        String list = "apiVersion: v1\nkind: List\nitems:\n- " + boat.indent(2).strip();
        cluster.kubectlWith(list.replace("red", "blue"), "apply", "-f", "-").output();
        cluster.kubectl(
                        "patch",
                        "boat",
                        "one",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"color\":\"sea\"}}")
                .output();
        assertEquals(
                "sea 3 4",
                cluster.path(
                        "boat",
                        "one",
                        ".spec.color}{\" \"}{.spec.crew}{\" \"}{.metadata.generation"));
        String sails = boat.replace("color: red, ", "").replace("main", "mizzen");
        cluster.kubectlWith(sails, "apply", "--server-side", "--field-manager=rigger", "-f", "-");
        assertTrue(cluster.kubectl("describe", "boat", "one").output().contains("Crew:"));
        cluster.kubectl("delete", "crd", "boats.harbour.example.com", "--timeout=60s").output();
        assertEquals(1, cluster.kubectl("get", "boats").code());
    }

    private static String words(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }
}
