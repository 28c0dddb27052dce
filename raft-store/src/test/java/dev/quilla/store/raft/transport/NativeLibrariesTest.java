package dev.quilla.store.raft.transport;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Libraries in native code fit the classes that call them. Else all would go on with the JDK's own
 * means, and nobody would notice but for the processor time.
 */
class NativeLibrariesTest {

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void tls() {
        assertDoesNotThrow(OpenSsl::ensureAvailability);
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void sockets() {
        assertDoesNotThrow(Epoll::ensureAvailability);
    }
}
