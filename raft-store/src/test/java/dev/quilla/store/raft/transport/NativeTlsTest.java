package dev.quilla.store.raft.transport;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.netty.handler.ssl.OpenSsl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeTlsTest {

    /** Else all would go on with the JDK's, and nobody would notice but for the processor time. */
    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void theLibraryFitsTheClassesThatCallIt() {
        assertDoesNotThrow(OpenSsl::ensureAvailability);
    }
}
