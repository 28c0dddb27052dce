package dev.quilla.pki;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One block of a PEM file.
 *
 * @param label what it is, such as {@code CERTIFICATE}
 * @param base64 the content, without line breaks
 */
public record Pem(String label, String base64) {

    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    private static final int LINE_LENGTH = 64;

    /** A block of that content. */
    public static Pem of(String label, byte[] content) {
        return new Pem(label, Base64.getEncoder().encodeToString(content));
    }

    /**
     * All blocks of a text; what stands around them is skipped.
     *
     * @throws PkiException if a block is broken
     */
    public static List<Pem> parse(String text) {
        List<Pem> blocks = new ArrayList<>();
        String label = "";
        StringBuilder content = new StringBuilder();
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                content.setLength(0);
            } else if (!label.isEmpty() && line.equals("-----END " + label + DASHES)) {
                blocks.add(new Pem(label, content.toString()));
                label = "";
            } else if (!label.isEmpty() && line.indexOf(':') < 0) {
                content.append(line);
            }
        }
        if (!label.isEmpty()) {
            throw new PkiException("PEM block " + label + " does not end");
        }
        return blocks;
    }

    /**
     * The content.
     *
     * @throws PkiException if it is not base64
     */
    public byte[] content() {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new PkiException("PEM block " + label + " is not base64", e);
        }
    }

    /** As a file has it, with its line breaks. */
    public String text() {
        byte[] newline = "\n".getBytes(StandardCharsets.US_ASCII);
        String body = Base64.getMimeEncoder(LINE_LENGTH, newline).encodeToString(content());
        return BEGIN + label + DASHES + "\n" + body + "\n-----END " + label + DASHES + "\n";
    }
}
