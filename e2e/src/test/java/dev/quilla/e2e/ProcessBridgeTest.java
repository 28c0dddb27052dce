package dev.quilla.e2e;

/** Processes in namespaces of their own. */
final class ProcessBridgeTest extends BridgeStory {

    ProcessBridgeTest() {
        super(Setting.PROCESS_BRIDGE);
    }
}
