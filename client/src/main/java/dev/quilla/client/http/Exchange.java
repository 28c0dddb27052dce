package dev.quilla.client.http;

import java.io.IOException;
import java.util.Optional;

/**
 * A connection whose answer has begun: the head is read, the body is not.
 *
 * @param upload what is still being sent, if anything is
 */
record Exchange(
        Endpoint endpoint,
        HttpConnection connection,
        ResponseHead head,
        ResponseBody body,
        Optional<Upload> upload)
        implements AutoCloseable {

    /** The rest of the body. */
    byte[] readAll(int bytesMax) throws IOException {
        byte[] content = body.readNBytes(bytesMax);
        if (content.length == bytesMax && body.read() >= 0) {
            throw new IOException("the answer is longer than " + bytesMax + " bytes");
        }
        return content;
    }

    /** Keeps the connection for the next call where it can serve one. */
    @Override
    public void close() {
        boolean sent = upload.map(Upload::complete).orElse(true);
        if (sent && body.reusable() && head.keepsAlive()) {
            endpoint.release(connection);
        } else {
            connection.close();
        }
        upload.ifPresent(Upload::end);
    }
}
