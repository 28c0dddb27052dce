package dev.quilla.kubelet.runtime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PauseProgramTest {

    @TempDir Path directory;

    @Test
    void waitsAndEndsWhenAsked() throws Exception {
        Path file = directory.resolve("pause");
        Files.write(file, PauseProgram.executable(System.getProperty("os.arch")));
        assertTrue(file.toFile().setExecutable(true));
        Process process = new ProcessBuilder(file.toString()).start();
        assertTrue(!process.waitFor(200, TimeUnit.MILLISECONDS), "it ended by itself");
        process.destroy();
        assertTrue(process.waitFor(5, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void headerNamesTheMachineAndTheSize() {
        byte[] file = PauseProgram.executable("arm64");
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(183, header.getShort(18));
        assertEquals(file.length, header.getLong(64 + 32));
        assertThrows(IllegalArgumentException.class, () -> PauseProgram.executable("m68k"));
    }
}
