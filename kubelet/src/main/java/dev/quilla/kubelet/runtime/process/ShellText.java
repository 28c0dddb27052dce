package dev.quilla.kubelet.runtime.process;

import java.util.Collection;
import java.util.stream.Collectors;

/** Words as a POSIX shell reads them. */
final class ShellText {

    private ShellText() {}

    /** One word that stands for exactly this text. */
    static String word(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    static String words(Collection<String> texts) {
        return texts.stream().map(ShellText::word).collect(Collectors.joining(" "));
    }
}
