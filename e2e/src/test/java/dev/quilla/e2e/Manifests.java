package dev.quilla.e2e;

/** What the tests declare. */
final class Manifests {

    private Manifests() {}

    /**
     * Three web servers behind a service.
     *
     * @param command a JSON list
     * @param port of the service
     */
    static String web(String image, String command, int port) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 2
              containers:
              - name: web
                image: %s
                command: %s
                env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                livenessProbe: {tcpSocket: {port: 8080}, periodSeconds: 2, failureThreshold: 3}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          type: NodePort
          selector: {app: web}
          ports: [{port: %d, targetPort: 8080}]
        """
                .formatted(image, command, port);
    }

    /** One pod of two containers, of which one serves on the loopback interface alone. */
    static String pair(String image) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: pair}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: server
            image: %1$s
            command: [sh, -c, "mkdir -p /tmp/pair && echo shared > /tmp/pair/index.html && exec busybox httpd -f -p 127.0.0.1:9090 -h /tmp/pair"]
          - name: client
            image: %1$s
            command: [sh, -c, "sleep 3600"]
        """
                .formatted(image);
    }

    /** A pod that waits for a node with a label. */
    static String picky(String image) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: picky}
        spec:
          terminationGracePeriodSeconds: 1
          nodeSelector: {disk: fast}
          containers: [{name: c, image: %s, command: [sh, -c, "sleep 3600"]}]
        """
                .formatted(image);
    }

    /** A pod with a file from a ConfigMap, one from a Secret, and room of its own. */
    static String files(String image) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {color: green}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: password}
        stringData: {word: sesame}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: files}
        spec:
          terminationGracePeriodSeconds: 1
          volumes:
          - {name: settings, configMap: {name: settings}}
          - {name: password, secret: {secretName: password}}
          - {name: room, emptyDir: {}}
          containers:
          - name: c
            image: %s
            command: [sh, -c, "sleep 3600"]
            volumeMounts:
            - {name: settings, mountPath: /mnt/settings}
            - {name: password, mountPath: /mnt/password}
            - {name: room, mountPath: /mnt/room}
        """
                .formatted(image);
    }
}
