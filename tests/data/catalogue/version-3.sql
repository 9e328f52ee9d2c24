CREATE TABLE catalog_meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE catalog_unit (id integer PRIMARY KEY, name text NOT NULL, exact text NOT NULL UNIQUE, folded text NOT NULL);
CREATE TABLE catalog_procedure (code text PRIMARY KEY, name text NOT NULL, folded text NOT NULL);
CREATE TABLE catalog_entry (id integer PRIMARY KEY, document_id text NOT NULL UNIQUE, version bigint NOT NULL, path text NOT NULL, batch text, box_code text, shelf text, custodian text, type text, title text, procedure text, number text, number_key text, book text, date text, year bigint, agency text, unit_id integer REFERENCES catalog_unit (id), signer text, pages bigint NOT NULL);
CREATE TABLE catalog_person (id integer PRIMARY KEY, entry_id integer NOT NULL REFERENCES catalog_entry (id), role text NOT NULL, name text NOT NULL, base text NOT NULL, ordered text NOT NULL, birth_date text);
CREATE TABLE catalog_identifier (id integer PRIMARY KEY, entry_id integer NOT NULL REFERENCES catalog_entry (id), digits text NOT NULL);
CREATE TABLE catalog_page (id integer PRIMARY KEY, entry_id integer NOT NULL REFERENCES catalog_entry (id), page bigint NOT NULL, text text NOT NULL);
CREATE TABLE inventory (unit_key text NOT NULL, procedure_key text NOT NULL, year bigint NOT NULL, unit text NOT NULL, procedure text NOT NULL, papers bigint NOT NULL, pages bigint NOT NULL, PRIMARY KEY (unit_key, procedure_key, year));
CREATE TABLE catalog_images (entry_id integer NOT NULL REFERENCES catalog_entry (id), class text NOT NULL, pages bigint NOT NULL, bytes bigint NOT NULL, over_budget bigint NOT NULL, PRIMARY KEY (entry_id, class));
INSERT INTO catalog_meta VALUES ('schema','3');
INSERT INTO catalog_unit VALUES (1,'Xã Đông Nam','xa4 đông nam','xa dong nam');
INSERT INTO catalog_unit VALUES (2,'Xã Đông Hoàng','xa4 đông hoang1','xa dong hoang');
INSERT INTO catalog_unit VALUES (3,'Xã Đông Khê','xa4 đông khê','xa dong khe');
INSERT INTO catalog_unit VALUES (4,'Xã Đông Minh','xa4 đông minh','xa dong minh');
INSERT INTO catalog_unit VALUES (5,'Thị trấn Rừng Thông','thi5 trân2 rưng1 thông','thi tran rung thong');
INSERT INTO catalog_unit VALUES (6,'Xã Đông Hòa','xa4 đông hoa1','xa dong hoa');
INSERT INTO catalog_entry VALUES (1,'f2849123-6dee-8b85-a435-604c8d593d96',1,'2026/f2849123-6dee-8b85-a435-604c8d593d96/v1','made-77-0',NULL,NULL,NULL,'ket_hon_lai','Đăng ký lại kết hôn','1.004746','10/UBND','10-ubnd',NULL,'2020-12-28',2020,'Ủy ban nhân dân Xã Đông Nam',1,NULL,2);
INSERT INTO catalog_entry VALUES (2,'1e5de603-0a11-8b6a-b17e-f505b55d5766',1,'2026/1e5de603-0a11-8b6a-b17e-f505b55d5766/v1','made-77-1',NULL,NULL,NULL,'quyet_dinh','Quyết định về việc trợ cấp xã hội',NULL,'11/QĐ-UBND','11-qdubnd',NULL,'1997-05-17',1997,'Ủy ban nhân dân Xã Đông Hoàng',2,NULL,1);
INSERT INTO catalog_entry VALUES (3,'710e6a66-af47-8ec6-a287-ef5f0b637e92',1,'2026/710e6a66-af47-8ec6-a287-ef5f0b637e92/v1','made-77-2',NULL,NULL,NULL,'khai_tu','Trích lục khai tử','1.000656','12/TLKT','12-tlkt',NULL,'1988-02-21',1988,'Ủy ban nhân dân Xã Đông Khê',3,NULL,2);
INSERT INTO catalog_entry VALUES (4,'c0230371-8bcc-8eb9-b68c-5ef0bce91cd8',1,'2026/c0230371-8bcc-8eb9-b68c-5ef0bce91cd8/v1','made-77-3',NULL,NULL,NULL,'khai_sinh','Giấy khai sinh','1.001193','13/GKS','13-gks',NULL,'2005-08-11',2005,'Ủy ban nhân dân Xã Đông Minh',4,NULL,1);
INSERT INTO catalog_entry VALUES (5,'a79481b5-5b25-865a-8636-a7aef995c0be',1,'2026/a79481b5-5b25-865a-8636-a7aef995c0be/v1','made-77-4',NULL,NULL,NULL,'khai_tu','Trích lục khai tử','1.000656','14/TLKT','14-tlkt',NULL,'1994-01-26',1994,'Ủy ban nhân dân Xã Đông Hoàng',2,NULL,1);
INSERT INTO catalog_entry VALUES (6,'cc8f99b5-d8c4-888b-bce0-6367c9fb5e9f',1,'2026/cc8f99b5-d8c4-888b-bce0-6367c9fb5e9f/v1','made-77-5',NULL,NULL,NULL,'khai_sinh','Giấy khai sinh','1.001193','15/GKS','15-gks',NULL,'1992-12-22',1992,'Ủy ban nhân dân Xã Đông Hoàng',2,NULL,1);
INSERT INTO catalog_entry VALUES (7,'878617d2-46eb-80ac-92a3-7baba482667d',1,'2026/878617d2-46eb-80ac-92a3-7baba482667d/v1','made-77-6',NULL,NULL,NULL,'ket_hon','Giấy chứng nhận kết hôn','1.000894','16/GCNKH','16-gcnkh',NULL,NULL,NULL,'Ủy ban nhân dân Xã Đông Khê',3,NULL,2);
INSERT INTO catalog_entry VALUES (8,'d84e038b-d3a7-88f3-8ff0-80cfd468a21f',1,'2026/d84e038b-d3a7-88f3-8ff0-80cfd468a21f/v1','made-77-7',NULL,NULL,NULL,'ket_hon_lai','Đăng ký lại kết hôn','1.004746','17/UBND','17-ubnd',NULL,'1983-07-02',1983,'Ủy ban nhân dân Thị trấn Rừng Thông',5,NULL,2);
INSERT INTO catalog_entry VALUES (9,'ea54526a-6d49-818b-a13f-e4830b409b88',1,'2026/ea54526a-6d49-818b-a13f-e4830b409b88/v1','made-77-8',NULL,NULL,NULL,'ket_hon_lai','Đăng ký lại kết hôn','1.004746','18/UBND','18-ubnd',NULL,'1996-11-18',1996,'Ủy ban nhân dân Xã Đông Hoàng',2,NULL,1);
INSERT INTO catalog_entry VALUES (10,'8f55287c-cc96-8cdf-85ea-b1f3f34097ab',1,'2026/8f55287c-cc96-8cdf-85ea-b1f3f34097ab/v1','made-77-9',NULL,NULL,NULL,'ket_hon_lai','Đăng ký lại kết hôn','1.004746','19/UBND','19-ubnd',NULL,'1989-01-27',1989,'Ủy ban nhân dân Xã Đông Hoàng',2,NULL,2);
INSERT INTO catalog_entry VALUES (11,'feaf375c-4865-8dc2-b991-f0537f6491de',1,'2026/feaf375c-4865-8dc2-b991-f0537f6491de/v1','made-77-10',NULL,NULL,NULL,'khai_sinh','Giấy khai sinh','1.001193','20/GKS','20-gks',NULL,NULL,NULL,'Ủy ban nhân dân Thị trấn Rừng Thông',5,NULL,1);
INSERT INTO catalog_entry VALUES (12,'dfec58cf-cf86-812c-aa12-868018b2efc5',1,'2026/dfec58cf-cf86-812c-aa12-868018b2efc5/v1','made-77-11',NULL,NULL,NULL,'ket_hon','Giấy chứng nhận kết hôn','1.000894','21/GCNKH','21-gcnkh',NULL,'1971-07-12',1971,'Ủy ban nhân dân Xã Đông Hòa',6,NULL,2);
INSERT INTO catalog_person VALUES (1,1,'owner','Hồ Đức Nga','ho duc nga','duc ho nga','1979-12-28');
INSERT INTO catalog_person VALUES (2,2,'owner','Bùi Thị Liên','bui thi lien','bui lien thi','1952-05-17');
INSERT INTO catalog_person VALUES (3,3,'owner','Hồ Minh Hải','ho minh hai','hai ho minh','1948-02-21');
INSERT INTO catalog_person VALUES (4,4,'owner','Hồ Thanh Hà','ho thanh ha','ha ho thanh','1961-08-11');
INSERT INTO catalog_person VALUES (5,5,'owner','Vũ Đức Đức Khánh','vu duc duc khanh','duc duc khanh vu','1944-01-26');
INSERT INTO catalog_person VALUES (6,6,'owner','Đặng Ngọc Văn Hà','dang ngoc van ha','dang ha ngoc van','1967-12-22');
INSERT INTO catalog_person VALUES (7,7,'owner','Đỗ Xuân Quỳnh','do xuan quynh','do quynh xuan','1933-05-09');
INSERT INTO catalog_person VALUES (8,8,'owner','Bùi Bá Khánh','bui ba khanh','ba bui khanh','1989-07-02');
INSERT INTO catalog_person VALUES (9,9,'owner','Vũ Minh Nga','vu minh nga','minh nga vu','1961-11-18');
INSERT INTO catalog_person VALUES (10,10,'owner','Hồ Bá Vinh','ho ba vinh','ba ho vinh','1935-01-27');
INSERT INTO catalog_person VALUES (11,11,'owner','Dương Minh Thị Quỳnh','duong minh thi quynh','duong minh quynh thi','1965-03-21');
INSERT INTO catalog_person VALUES (12,12,'owner','Trần Thanh Khánh','tran thanh khanh','khanh thanh tran','1993-07-12');
INSERT INTO catalog_identifier VALUES (1,1,'251438656020');
INSERT INTO catalog_identifier VALUES (2,2,'110514476');
INSERT INTO catalog_identifier VALUES (3,3,'575103185');
INSERT INTO catalog_identifier VALUES (4,4,'910349316');
INSERT INTO catalog_identifier VALUES (5,5,'944501576');
INSERT INTO catalog_identifier VALUES (6,6,'463867049');
INSERT INTO catalog_identifier VALUES (7,7,'513852338046');
INSERT INTO catalog_identifier VALUES (8,8,'946694472');
INSERT INTO catalog_identifier VALUES (9,9,'951577140');
INSERT INTO catalog_identifier VALUES (10,10,'850669280');
INSERT INTO catalog_identifier VALUES (11,11,'321861622221');
INSERT INTO catalog_identifier VALUES (12,12,'630849408');
INSERT INTO catalog_page VALUES (1,1,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Nam
Số: 10/UBND
Đăng ký lại kết hôn
Họ và tên: Hồ Đức Nga, số định danh 251438656020
 trong tại và tại thường cấp chứng nơi phiếp hộ chứng chứng định chứng tại trong mượt bưng rấm chứng phấu và trú ngày trong vủn trú gẽo theo đăng được nhắp xỉnh được giấy và minh nhơm định tại người minh ngày hộ người nơi tại thường định cớp sơm đăng bỗng đăng đệch thường cỏng điểu đăng thường


Đăng ký lại kết hôn
10/UBND
Hồ Đức Nga
251438656020
Ủy ban nhân dân Xã Đông Nam
Xã Đông Nam
1.004746
Thủ tục đăng ký lại kết hôn
28/12/2020
28/12/1979
');
INSERT INTO catalog_page VALUES (2,1,1,'Họ tên mẹ: Nguyễn Đức Liên, CCCD 413.696.808416
Sổ hộ tịch và bản chính giấy tờ hộ tịch đều bị mất nên được đăng ký lại.
 minh bượt vỉnh thường ngày giấy và tại dánh tại hộ trú xắp được của trú theo minh nơi cắp và người thường hộ trú chứng tủn người bủn gượt định người xần nỏng ký của cấp theo được ngày
Ghi chú: bạch bạch khạch nánh hấu lần
 hộ trú thường tại chứng theo giấy chứng tại của rỉnh nạch quy sổ người sữa quy nhấm và trong sổ người minh mưng theo người phẹn giấy tại trộc ký hộ cấp người đăng của chứng minh người quy hộ được người đăng tần cấp ký thánh cấp đơm nơi nhoạn ký của trong minh hộ tại thường sổ sổ người định thường giấy ký định định theo đăng cấp thường của rỏng cấp người thường hẹn phỗng và
');
INSERT INTO catalog_page VALUES (3,2,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Hoàng
Số: 11/QĐ-UBND
Quyết định về việc trợ cấp xã hội
Họ và tên: Bùi Thị Liên, số định danh 110514476
 tại sổ xẹn ký giấy chứng trú đăng thường tại gánh cấp trong người của chứng phỗng trú hộ trú và theo hộ của trú quy thỉnh trạch định hộ của thường minh trong ngày tại thường đăng ngày chứng nơi sổ đượt sổ xộc thường của sổ ngày được chỉnh quỏng giấy đẽo quy hộ trú được trỉnh định
Họ tên mẹ: Phạm Hữu Liên, CCCD 482.526.565296
Xét đề nghị của công chức phụ trách công tác lao động thương binh và xã hội.
 đăng đăng và chuất ngày sổ thường sổ chứng được nơi hộ minh người miếp quy của của quy người trong thẽo người nơm cấp rỉnh ngày hỉnh mần và buất nơi sổ quy quy theo được phỉnh người tại
Ghi chú: cạch bạch khạch hủn chơm rạch
 thượt giấy và hộ chứng được theo hộ vẽo của thỉnh chắp và tại người nơi và người ký định ngày bấm đăng sổ trú chứng ký theo trú nhượt trú chứng sổ thường định ký người gộc tại ngày và thủn đăng định cấp đăng đăng đăng bợn định minh tại định của sổ và hẹn đăng và đăng giấy của ký quy trú được của ngày quy cấp trong sổ ký trong cấp được trong loạn phấu chộc


Quyết định về việc trợ cấp xã hội
11/QĐ-UBND
Bùi Thị Liên
110514476
Ủy ban nhân dân Xã Đông Hoàng
Xã Đông Hoàng
17/05/1997
17/05/1952
');
INSERT INTO catalog_page VALUES (4,3,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Khê
Số: 12/TLKT
Trích lục khai tử
Họ và tên: Hồ Minh Hải, số định danh 575103185
 ký và theo theo hộ được trú quủn theo thường trong người sổ chứng trú và cấp định tại thường minh nhủn đăng cấp người chứng chứng người và sớp đăng và trú trấu trú ký minh nơi được ngày ký hộ được hộ khoạn của định theo tại và hộ tộc được trong đăng giấy giấy giấy thường sổ


Trích lục khai tử
12/TLKT
Hồ Minh Hải
575103185
Ủy ban nhân dân Xã Đông Khê
Xã Đông Khê
1.000656
Thủ tục đăng ký khai tử
21/02/1988
21/02/1948
');
INSERT INTO catalog_page VALUES (5,3,1,'Họ tên mẹ: Lê Xuân Đình Sơn, CCCD 677.229.467906
Người có tên trên đã chết và được đăng ký khai tử vào sổ theo quy định.
 ngày sổ và và trỏng quy thường định thường ngày ngày ký của ký tại rượt bỉnh hộ thường thường xộc sổ ngày tuất định theo sổ trong giấy ngày định cấp thường hộ trong định nhẽo tại quy diểu
Ghi chú: chạch bạch khạch xấu thỏng gủn
 giấy chánh thường đăng nơi ngày trong xơm quy ngày dộc chứng ký người theo quy cấp hộ thường hộ trú quy bưng tại trú rẹn lỗng goạn nợn nơi trú minh và thánh phơm thường tại xẹn vơm cấp đăng đăng đăng trú nơi quy giấy người được theo tại minh hộ gợn đăng sỏng đăng người sủn định giấy ngày cấp rữa nơi thường quy nánh ngày giấy người định quy ký trong chứng tại sổ nơi được
');
INSERT INTO catalog_page VALUES (6,4,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Minh
Số: 13/GKS
Giấy khai sinh
Họ và tên: Hồ Thanh Hà, số định danh 910349316
 ký trú gượt trú nhoạn ký được chệch quy thường giấy nơi của nơi cấp định sổ được đăng ngày tại cấp xoạn và tại sớp dẽo đủn vấm theo hộ hộ nơi định định tại hộ minh giấy minh định ngày trong và trú thường tại đăng ký đăng tợn dần ngày tuất giấy sổ cấp định nơi của
Họ tên mẹ: Hoàng Xuân Thảo, CCCD 948.748.472522
Đã đăng ký khai sinh cho con theo Luật Hộ tịch và cấp bản chính cho người yêu cầu.
 nơi được thường nơi minh ngày hộ xiếp cấp cấp chứng trú tại người đăng quy cấp nơi quy trong trú ngày định của trong dắp trong xiểu được sổ minh theo giấy quy và người ký đăng ngày giấy
Ghi chú: dạch bạch khạch quỉnh tủn vộc
 phỏng giấy quy của hữa trú của quy ký thường giấy được nơi ký viếp cấp trú ký và ký ký cấp thường nơi được quy nơi dẹn sổ nơi người tại trú định theo chứng trú thường của thẽo quy ký quy trong củn đơm quy người theo trong mánh ký tại quy thường tại tại trong đăng minh ngày đăng định sổ ngày quy cấp minh tưng quy hộ định định của quạch được đăng hộ tại định


Giấy khai sinh
13/GKS
Hồ Thanh Hà
910349316
Ủy ban nhân dân Xã Đông Minh
Xã Đông Minh
1.001193
Thủ tục đăng ký khai sinh
11/08/2005
11/08/1961
');
INSERT INTO catalog_page VALUES (7,5,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Hoàng
Số: 14/TLKT
Trích lục khai tử
Họ và tên: Vũ Đức Đức Khánh, số định danh 944501576
 thường thường người nơi thường người ngày của quy gợn và tại trượt của tại nơi quánh được sổ chứng nơi ký theo người bủn ký thường giấy minh cấp và đăng giấy chệch cấp thường và hộ minh ngày ngày lẽo phỉnh nơi bẹn phộc quấu quy định trú chứng người thường nơi của người cấp sổ tại minh
Họ tên mẹ: Nguyễn Ngọc Hương, CCCD 933.606.372949
Người có tên trên đã chết và được đăng ký khai tử vào sổ theo quy định.
 hộ giấy đượt được trong trong đăng được gẹn giấy đăng gữa được gánh giấy được định trú nơi troạn được thường tữa và chứng vữa của xẽo ký cấp nơi đớp hộ được định tại theo của quy định
Ghi chú: đạch bạch khạch gộc nần khệch
 đẹn hộ giấy lỗng chứng trú nơi nơi quy minh được quy ngày được đạch ngày và ngày của và theo hẽo quy cấp nhạch thường bấu tại khủn trú ngày nơi của mẹn người quy thường phấu quy minh hộ chủn mần cấp gạch thường sổ đăng đăng định ngày theo chứng hộ minh nơi nơi giấy theo sổ sổ minh cấp dắp cấp thường phữa chắp quy nhỏng giấy nơi người đỗng minh chứng đăng hộ định và


Trích lục khai tử
14/TLKT
Vũ Đức Đức Khánh
944501576
Ủy ban nhân dân Xã Đông Hoàng
Xã Đông Hoàng
1.000656
Thủ tục đăng ký khai tử
26/01/1994
26/01/1944
');
INSERT INTO catalog_page VALUES (8,6,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Hoàng
Số: 15/GKS
Giấy khai sinh
Họ và tên: Đặng Ngọc Văn Hà, số định danh 463867049
 cấp chứng tại rợn roạn giấy quy và ký hộ người chánh và hộ được sổ thường của rượt minh minh người đăng tỉnh vơm người hẽo sắp trong trong hộ sổ tại ký định chỏng phiếp đăng của lộc hộ nơi ngày vánh đăng đăng sổ quy nần cạch tánh hộ hộ nỏng đăng thường người quy giấy giấy
Họ tên mẹ: Nguyễn Xuân Tâm, CCCD 699.800.645477
Đã đăng ký khai sinh cho con theo Luật Hộ tịch và cấp bản chính cho người yêu cầu.
 tấm người thường hộ hộ hộ được siểu nơi ký giấy minh định đăng chứng người hộ dẹn minh theo được minh trong trú trong giấy tạch định và cấp ngày trú chứng được ký hộ ký được định trú
Ghi chú: gạch bạch khạch xưng nhỏng rỉnh
 và quy chứng giấy sổ hộ và sổ quy và người người tấm đăng chứng đăng vộc nơi nợn tại xợn cấp ký nơi được minh theo người sổ người của được ký người người ký đẽo đăng quy trong của người giấy theo và định minh cạch chứng được giấy khợn sổ định hộ và đăng quy trong đăng và đăng của giấy định trú trú sổ và định cấp cấp hộ mẹn quy định ngày theo hộ tại


Giấy khai sinh
15/GKS
Đặng Ngọc Văn Hà
463867049
Ủy ban nhân dân Xã Đông Hoàng
Xã Đông Hoàng
1.001193
Thủ tục đăng ký khai sinh
22/12/1992
22/12/1967
');
INSERT INTO catalog_page VALUES (9,7,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Khê
Số: 16/GCNKH
Giấy chứng nhận kết hôn
Họ và tên: Đỗ Xuân Quỳnh, số định danh 513852338046
 chứng tại ngày ký trủn cấp thường chứng theo nơi xỏng trú chứng nơi minh nơi thường chứng trú sổ được quy bộc tại chứng chứng người chớp trong đăng chủn định minh nơi thường hộ trú đăng của giấy minh sổ quy quy nơi nơi người quy nơi hộ thường tữa của phữa cệch ngày trong dợn theo và


Giấy chứng nhận kết hôn
16/GCNKH
Đỗ Xuân Quỳnh
513852338046
Ủy ban nhân dân Xã Đông Khê
Xã Đông Khê
1.000894
Thủ tục đăng ký kết hôn
09/05/1933
');
INSERT INTO catalog_page VALUES (10,7,1,'Họ tên mẹ: Ngô Thanh Phúc, CCCD 714.977.308993
Hai bên nam nữ tự nguyện đăng ký kết hôn và cam kết chịu trách nhiệm trước pháp luật.
 sợn của chứng sổ tại trú ngày mấu tợn định giấy ngày rệch và trú hộ sổ ngày ngày của của và thường của được tại cợn nơi khoạn trú hộ cấp được người nữa chứng nơi được được bữa
Ghi chú: hạch bạch khạch lấu quắp đỏng
 đữa nơi hánh được minh thường quy thường quy cấp trú giấy và nơi quy hộ sổ minh theo trong người của rỉnh chứng của thường và giấy trong thường của quy giấy hộ và sổ cấp quy thường chứng của ngày theo sổ theo ký sổ chứng nơi ngày thường minh người sạch của trong thường minh giấy của thường rỏng tại gợn hộ và minh phơm chứng sổ ngày minh cấp định và định giấy quy quy sổ
');
INSERT INTO catalog_page VALUES (11,8,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Thị trấn Rừng Thông
Số: 17/UBND
Đăng ký lại kết hôn
Họ và tên: Bùi Bá Khánh, số định danh 946694472
 của nơi định giấy định người cấp và siểu theo cấp quy định người chứng nơi thường sổ ký tại trú cấp trong và sổ xỏng chiểu và sổ trong minh thường gấu định giấy giấy sổ theo khẹn theo sổ nỏng và cấp trú trong của hộ trong trỗng hộ thường minh quy nơi tại chứng chứng sổ quy


Đăng ký lại kết hôn
17/UBND
Bùi Bá Khánh
946694472
Ủy ban nhân dân Thị trấn Rừng Thông
Thị trấn Rừng Thông
1.004746
Thủ tục đăng ký lại kết hôn
02/07/1983
02/07/1989
');
INSERT INTO catalog_page VALUES (12,8,1,'Họ tên mẹ: Ngô Thị Liên, CCCD 048.323.469448
Sổ hộ tịch và bản chính giấy tờ hộ tịch đều bị mất nên được đăng ký lại.
 minh minh mệch thường chứng đắp ký nơi theo đăng chứng cấp và cữa chứng và theo người của ký sổ được sổ ký được trong theo đơm hộ chứng ngày chứng trú minh đánh ngày và người tại theo
Ghi chú: khạch bạch khạch phỗng tánh dánh
 thường hộ tại khoạn và giấy giấy của ngày cấp đăng cơm ký được cấp định định nưng được chứng được tại theo hộ được đăng ký của người giấy đăng sủn trong đăng sổ trong ký của quiếp theo phạch nơi nơi minh nơi cấp cấp người quoạn minh được trú theo boạn nơi nhỉnh và nánh người ngày giấy chần ngày giấy của mạch hộ định cữa và được quy dánh đăng nơm thường và minh hộ quy
');
INSERT INTO catalog_page VALUES (13,9,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Hoàng
Số: 18/UBND
Đăng ký lại kết hôn
Họ và tên: Vũ Minh Nga, số định danh 951577140
 sẹn minh trú của quấm chứng trú sượt trú trong đấm ngày và cấp nơi minh giấy trú đăng định chỗng người khưng và chánh ký ngày thường bần người dẹn cấp nơi theo ngày của và người ngày trong của đăng hộ sệch và hộ sấu hộ hộ thường người nơi trong thường được nhánh được sổ hộ hộ
Họ tên mẹ: Lê Ngọc Vinh, CCCD 519.004.311664
Sổ hộ tịch và bản chính giấy tờ hộ tịch đều bị mất nên được đăng ký lại.
 giấy quy được giấy người của nơi ngày khỉnh trú nơi minh cấp ngày cấp thường minh quy phoạn theo trú đăng đăng phưng phạch niếp bẹn người nơi trú giấy cấp định chứng của minh quy giấy minh chứng
Ghi chú: lạch bạch khạch sữa ciểu tượt
 nơi sổ sổ người tại theo nơi sổ trú theo cấp chứng chủn theo theo và xưng ngày ký đánh của khỏng định bủn trú theo cợn thường của trong quy trú quy quy tại và tại quy quy mỗng giấy ngày được đăng hộ nỏng sổ hộ tại theo người suất khơm khoạn người chượt trong hộ cấp ký của và được định chứng ký cấp hộ trong giấy người sổ giấy nỗng trộc xuất thường hộ thường thường


Đăng ký lại kết hôn
18/UBND
Vũ Minh Nga
951577140
Ủy ban nhân dân Xã Đông Hoàng
Xã Đông Hoàng
1.004746
Thủ tục đăng ký lại kết hôn
18/11/1996
18/11/1961
');
INSERT INTO catalog_page VALUES (14,10,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Hoàng
Số: 19/UBND
Đăng ký lại kết hôn
Họ và tên: Hồ Bá Vinh, số định danh 850669280
 và nhần chứng mưng trú giấy đăng ngày đăng chứng tại quy chứng thường minh theo minh trấm tệch bẽo trượt thường thánh được trong rạch nơi thường trong theo ngày xủn giấy được cấu và sổ quy nơi đăng hộ sổ đăng lắp và thường theo người và nơi nhiểu tại tại đăng ngày người cấp theo minh theo


Đăng ký lại kết hôn
19/UBND
Hồ Bá Vinh
850669280
Ủy ban nhân dân Xã Đông Hoàng
Xã Đông Hoàng
1.004746
Thủ tục đăng ký lại kết hôn
27/01/1989
27/01/1935
');
INSERT INTO catalog_page VALUES (15,10,1,'Họ tên mẹ: Hồ Xuân Thị Tuấn, CCCD 027.246.143023
Sổ hộ tịch và bản chính giấy tờ hộ tịch đều bị mất nên được đăng ký lại.
 trú trong hiếp quạch định được trong minh thiếp và ký quy roạn quy chứng tại rủn đăng thường sổ xiếp trú thường người được hộ ngày thớp ngày và thường quy vỉnh định trỗng thường giấy thường người được
Ghi chú: mạch bạch khạch nơm chỉnh sộc
 sổ định chứng giấy tại ngày cấp quy trú được phủn ngày ký gộc thường ngày được sổ trong đăng ngày thường ngày ký định chứng cữa của ngày đăng thường quy định giấy cấp cấp cấp giấy cấp chỗng sổ tại theo ký giấy ký nhánh của định minh ký ký ngày tại ngày nơi hộ cấp nơi quy thiểu theo sổ cỗng sổ giấy quy minh minh trú của và rộc nấu ngày theo trong của người tại
');
INSERT INTO catalog_page VALUES (16,11,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Thị trấn Rừng Thông
Số: 20/GKS
Giấy khai sinh
Họ và tên: Dương Minh Thị Quỳnh, số định danh 321861622221
 giấy minh nạch định tại sổ ký tại và tại nơi trú giấy nơi trong giấy nơi nhẹn của được tại ký sổ ký niểu đăng ký đăng tại của thỉnh ký người người và lợn và được trong trữa dẽo theo người định tại người tại và quy quy giấy định cấp người trú hộ được tại và quy
Họ tên mẹ: Mai Ngọc Tâm, CCCD 177.540.411288
Đã đăng ký khai sinh cho con theo Luật Hộ tịch và cấp bản chính cho người yêu cầu.
 được được nơi giấy quủn phẽo trú cấp nhẹn trú giểu và giấy dẽo nơi hộ ngày sẹn trú định trú minh quy ký sổ nơi ký hộ người chứng của ngày sổ nơi giấy và giấy trú ngày thường
Ghi chú: nạch bạch khạch thần lưng trữa
 sổ phắp định sổ quy quy trú minh tại chứng ký trú định giấy cấp sổ nơi và người trú đăng đăng quy chứng định người cấp trong ngày trú đượt định cấp quy thường giấy đăng sủn thường lưng tại minh tại tẽo của vưng định của sổ nơi chứng trú thường tủn sổ theo định cấp nơi ký minh định hệch và hộ và trú người định minh chứng trú và nơi người chứng đăng và bớp sổ


Giấy khai sinh
20/GKS
Dương Minh Thị Quỳnh
321861622221
Ủy ban nhân dân Thị trấn Rừng Thông
Thị trấn Rừng Thông
1.001193
Thủ tục đăng ký khai sinh
21/03/1965
');
INSERT INTO catalog_page VALUES (17,12,0,'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
ỦY BAN NHÂN DÂN Xã Đông Hòa
Số: 21/GCNKH
Giấy chứng nhận kết hôn
Họ và tên: Trần Thanh Khánh, số định danh 630849408
 chứng bủn quiếp trú hộ đắp của cấp trong điếp ngày giấy trong đăng hộ minh trong trắp ngày trong quy chộc chứng nơi trú quy nơi định thường tại và được ngày minh giấy trú ngày theo quy và nơi chứng nhấm quy quy định quy tại tại lữa ngày phơm chứng định ngày quy xỏng nơi định minh


Giấy chứng nhận kết hôn
21/GCNKH
Trần Thanh Khánh
630849408
Ủy ban nhân dân Xã Đông Hòa
Xã Đông Hòa
1.000894
Thủ tục đăng ký kết hôn
12/07/1971
12/07/1993
');
INSERT INTO catalog_page VALUES (18,12,1,'Họ tên mẹ: Phạm Quốc Thanh Yến, CCCD 068.347.618653
Hai bên nam nữ tự nguyện đăng ký kết hôn và cam kết chịu trách nhiệm trước pháp luật.
 mấu sổ ký được được theo minh hộ minh nượt trong sổ hộ quy của người đăng được thường nơi ngày minh người giấy giấy cấp ngày xủn hộ minh của ngày của hộ sưng định của sổ đượt sổ
Ghi chú: nhạch bạch khạch phánh cộc gỏng
 giấy được trú chứng giấy đăng được minh nơi hỗng minh ngày chần trú của thường theo ký cấp nhỗng bượt người trong cộc theo của chứng quy ngày người chỗng và trú theo thường rợn chứng cẽo ngày ngày và trong quy cấp và minh hạch vộc đăng chứng giấy được và minh của phẽo người quy guất ruất quy được quớp chứng tại của đăng và trú định được ngày và nơi nơi trú người ký đăng định
');
INSERT INTO inventory VALUES ('xa4 minh quan2','1.001193',2005,'Xã Minh Quán','Thủ tục đăng ký khai sinh',4,4);
INSERT INTO inventory VALUES ('xa4 minh quân','1.001193',2005,'Xã Minh Quân','Thủ tục đăng ký khai sinh',3,3);
INSERT INTO inventory VALUES ('xa4 đông hoa1','1.000894',1998,'Xã Đông Hòa','Thủ tục đăng ký kết hôn',7,9);
CREATE INDEX catalog_entry_unit ON catalog_entry (unit_id, year, procedure);
CREATE INDEX catalog_entry_year ON catalog_entry (year, procedure, unit_id);
CREATE INDEX catalog_entry_procedure ON catalog_entry (procedure, year);
CREATE INDEX catalog_entry_number ON catalog_entry (number_key, year, unit_id);
CREATE INDEX catalog_entry_date ON catalog_entry (date);
CREATE INDEX catalog_person_entry ON catalog_person (entry_id);
CREATE INDEX catalog_person_base ON catalog_person (base, birth_date);
CREATE INDEX catalog_person_ordered ON catalog_person (ordered);
CREATE INDEX catalog_identifier_entry ON catalog_identifier (entry_id);
CREATE INDEX catalog_identifier_digits ON catalog_identifier (digits);
CREATE UNIQUE INDEX catalog_page_entry ON catalog_page (entry_id, page);
