package dev.quilla.e2e;

/** Containers of a Docker daemon. */
final class DockerBridgeTest extends BridgeStory {

    DockerBridgeTest() {
        super(Setting.DOCKER_BRIDGE);
    }
}
