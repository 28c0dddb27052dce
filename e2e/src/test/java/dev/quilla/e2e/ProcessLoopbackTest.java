package dev.quilla.e2e;

/** Processes without privilege. */
final class ProcessLoopbackTest extends MainJobStory {

    ProcessLoopbackTest() {
        super(Setting.PROCESS_LOOPBACK);
    }
}
