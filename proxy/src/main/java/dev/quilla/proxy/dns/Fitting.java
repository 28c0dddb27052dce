package dev.quilla.proxy.dns;

import java.util.List;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Messages of limited length. What a client can do without goes first, then as many answers as must
 * and no more, for clients that never ask again over TCP: some addresses are better than none.
 */
final class Fitting {

    private Fitting() {}

    static byte[] wire(Message message, int limit) {
        byte[] whole = message.toWire(Message.MAXLENGTH);
        if (whole.length <= limit) {
            return whole;
        }
        for (Record extra : List.copyOf(message.getSection(Section.ADDITIONAL))) {
            if (extra.getType() != Type.OPT) {
                message.removeRecord(extra, Section.ADDITIONAL);
            }
        }
        byte[] plain = message.toWire(Message.MAXLENGTH);
        return plain.length <= limit ? plain : cut(message, limit);
    }

    private static byte[] cut(Message message, int limit) {
        message.getHeader().setFlag(Flags.TC);
        List<Record> answers = List.copyOf(message.getSection(Section.ANSWER));
        int fits = 0;
        int tooMany = answers.size();
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) / 2;
            if (wire(message, answers.subList(0, middle)).length <= limit) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return wire(message, answers.subList(0, fits));
    }

    private static byte[] wire(Message message, List<Record> answers) {
        message.removeAllRecords(Section.ANSWER);
        answers.forEach(r -> message.addRecord(r, Section.ANSWER));
        return message.toWire(Message.MAXLENGTH);
    }
}
