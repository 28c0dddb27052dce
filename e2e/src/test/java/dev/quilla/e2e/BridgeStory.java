package dev.quilla.e2e;

import static dev.quilla.e2e.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The main job where each pod has a network and files of its own. */
abstract class BridgeStory extends MainJobStory {

    BridgeStory(Setting setting) {
        super(setting);
    }

    @Test
    @Order(8)
    void containersOfAPodShareLocalhostAndHostname() {
        apply(Manifests.pair(image), "pair");
        within(
                SOON,
                "localhost",
                () ->
                        assertEquals(
                                "shared",
                                inPod(
                                        "pair",
                                        "client",
                                        "busybox wget -q -O - http://127.0.0.1:9090/")));
        assertEquals("pair", inPod("pair", "client", "hostname"));
        assertEquals("pair", inPod("pair", "server", "hostname"));
    }

    @Test
    @Order(9)
    void aPodFindsAServiceByItsName() {
        within(
                SOON,
                "the service's name",
                () ->
                        assertEquals(
                                "release 1",
                                inPod("pair", "client", "busybox wget -q -O - http://web/")));
    }

    @Test
    @Order(9)
    void volumesHoldWhatTheyAreDeclaredToHold() {
        apply(Manifests.files(image), "files");
        Volumes.assertHold(shell -> inPod("files", "c", shell));
    }

    private void apply(String manifest, String pod) {
        cluster.kubectlWith(manifest, "apply", "-f", "-").output();
        cluster.kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=30s").output();
    }

    private String inPod(String pod, String container, String shell) {
        return cluster.kubectl("exec", pod, "-c", container, "--", "sh", "-c", shell).output();
    }
}
