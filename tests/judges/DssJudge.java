import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * What the EU's reference validator says of the signatures of PDF files. Nothing is fetched: the
 * files and the roots must do.
 *
 * <p>java DssJudge ROOTS.pem FILE... prints one line a signature or document time-stamp:
 * INDICATION SUB-INDICATION FORMAT FILE; and "NONE - - FILE" for a file without signature.
 */
public final class DssJudge {
    private DssJudge() {}

    private static CommonTrustedCertificateSource roots(String path) throws Exception {
        CommonTrustedCertificateSource source = new CommonTrustedCertificateSource();
        try (InputStream in = new FileInputStream(path)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in))
                source.addCertificate(new CertificateToken((X509Certificate) one));
        }
        return source;
    }

    private static void judge(String path, CommonTrustedCertificateSource roots) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(roots);
        verifier.setAIASource(null);
        verifier.setCrlSource(null);
        verifier.setOcspSource(null);
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(new File(path)));
        validator.setCertificateVerifier(verifier);
        SimpleReport report = validator.validateDocument().getSimpleReport();
        if (report.getSignatureIdList().isEmpty()) System.out.println("NONE - - " + path);
        for (String id : report.getSignatureIdList()) {
            Indication indication = report.getIndication(id);
            Object sub = report.getSubIndication(id);
            System.out.println(
                    indication + " " + (sub == null ? "-" : sub) + " "
                            + report.getSignatureFormat(id).toString().replace('_', '-') + " " + path);
            if (System.getenv("JUDGE_WHY") != null)
                report.getAdESValidationErrors(id)
                        .forEach(m -> System.out.println("# " + m.getKey() + " " + m.getValue()));
        }
    }

    public static void main(String[] arguments) throws Exception {
        CommonTrustedCertificateSource roots = roots(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            try {
                judge(arguments[i], roots);
            } catch (RuntimeException fault) {
                System.out.println("FAULT - - " + arguments[i]);
                System.out.println("# " + fault);
            }
        }
    }
}
