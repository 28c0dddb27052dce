package dev.quilla.kubelet.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The image that sandboxes run: one file, made here and handed to the daemon as a tar archive. */
final class PauseImage {

    static final String PROGRAM = "/pause";
    private static final String NAME = "quilla/pause:1";
    private static final int BLOCK_BYTES = 512;

    private final DockerClient docker;
    private final DockerSocket socket;

    PauseImage(DockerClient docker, DockerSocket socket) {
        this.docker = docker;
        this.socket = socket;
    }

    /** The image's name; the image is there when this returns. */
    synchronized String ensure() {
        try {
            docker.inspectImageCmd(NAME).exec();
        } catch (NotFoundException _) {
            byte[] program =
                    PauseProgram.executable(
                            String.valueOf(docker.infoCmd().exec().getArchitecture()));
            load(tar(program));
        }
        return NAME;
    }

    private void load(byte[] tar) {
        try {
            LocalImage.load(socket, NAME, tar);
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    ContainerRuntimeException.Reason.CREATE_SANDBOX,
                    "the pause image can't be made: " + e.getMessage(),
                    e);
        }
    }

    private static byte[] tar(byte[] program) {
        byte[] header = new byte[BLOCK_BYTES];
        put(header, 0, "pause");
        put(header, 100, "0000755\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, "%011o\0".formatted(program.length));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(header);
        tar.writeBytes(program);
        tar.writeBytes(new byte[BLOCK_BYTES - program.length % BLOCK_BYTES]);
        tar.writeBytes(new byte[2 * BLOCK_BYTES]);
        return tar.toByteArray();
    }

    private static void put(byte[] into, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, into, offset, bytes.length);
    }
}
