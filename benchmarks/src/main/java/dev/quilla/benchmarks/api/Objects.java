package dev.quilla.benchmarks.api;

/** The objects that the load is made of, as JSON, and where they are. */
final class Objects {

    static final String PODS = "/api/v1/namespaces/load/pods";
    static final String CREATED = "/api/v1/namespaces/created/pods";
    static final String JSON = "Content-Type: application/json\r\n";

    /** So many pods are on one node, and so many have one label. */
    static final int NODES = 50;

    static final int LABELS = 10;

    private Objects() {}

    static String namespace(String name) {
        return "{\"metadata\":{\"name\":\"%s\"}}".formatted(name);
    }

    static String node(String name) {
        return """
        {"metadata":{"name":"%s","labels":{"kubernetes.io/hostname":"%s","kubernetes.io/os":"linux"}},
         "spec":{"podCIDR":"10.1.0.0/24"}}\
        """
                .formatted(name, name);
    }

    /** What a node says that is well. */
    static String ready(String time) {
        return """
        {"status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","message":"ready",
          "lastHeartbeatTime":"%s","lastTransitionTime":"%s"}]}}\
        """
                .formatted(time, time);
    }

    /** A pod that nothing schedules and that no dead node drives away. */
    static String pod(String metadata, String nodeName) {
        return """
        {"metadata":{%s},
         "spec":{"nodeName":"%s","schedulerName":"nobody","serviceAccountName":"default",
          "automountServiceAccountToken":false,"terminationGracePeriodSeconds":0,
          "tolerations":[{"operator":"Exists"}],
          "containers":[{"name":"server","image":"registry.example/team/server:1.2.3","ports":[{"name":"http","containerPort":8080}],
           "env":[{"name":"LOG_LEVEL","value":"info"},{"name":"REGION","value":"eu-west-1"},{"name":"DATABASE_URL","value":"postgres://db.example:5432/app"}],
           "resources":{"requests":{"cpu":"250m","memory":"256Mi"},"limits":{"cpu":"1","memory":"512Mi"}},
           "livenessProbe":{"httpGet":{"path":"/healthz","port":8080},"periodSeconds":10},
           "readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":5},
           "volumeMounts":[{"name":"config","mountPath":"/etc/app"},{"name":"scratch","mountPath":"/tmp"}]}],
          "volumes":[{"name":"config","configMap":{"name":"app-config"}},{"name":"scratch","emptyDir":{}}]}}\
        """
                .formatted(metadata, nodeName);
    }

    /** The pods that are read, of which a tenth has each group. */
    static String podNumber(int i) {
        return pod(
                "\"name\":\"%s\",\"labels\":{\"app\":\"server\",\"group\":\"g-%d\"}"
                        .formatted(podName(i), i % LABELS),
                nodeName(i % NODES));
    }

    static String podName(int i) {
        return "server-%05d".formatted(i);
    }

    static String nodeName(int i) {
        return "node-" + i;
    }

    static String configMap(String name, int bytes) {
        return "{\"metadata\":{\"name\":\"%s\"},\"data\":{\"content\":\"%s\"}}"
                .formatted(name, "x".repeat(bytes));
    }
}
