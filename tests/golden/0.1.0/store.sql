BEGIN TRANSACTION;
CREATE TABLE agreed (
	exchange TEXT NOT NULL, 
	record_type TEXT NOT NULL, 
	mis_id TEXT NOT NULL, 
	centre TEXT NOT NULL, 
	field TEXT NOT NULL, 
	provider_id TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (exchange, record_type, mis_id, centre, field)
)
 WITHOUT ROWID

;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE approvals (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	"plan" TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	changes BLOB NOT NULL, 
	approver TEXT NOT NULL, 
	os_user TEXT NOT NULL, 
	why TEXT NOT NULL, 
	at TEXT NOT NULL, 
	not_before TEXT, 
	not_after TEXT, 
	counts TEXT NOT NULL, 
	UNIQUE (id), 
	FOREIGN KEY("plan") REFERENCES plans (id)
);
INSERT INTO "approvals" VALUES(1,'77556ef8-b388-48cb-96e8-40a6ec607db0','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','sha256:e3dfc03ece4002a0b3fbfbbe70815424cac655037a132988effa215dfbab0579',X'789C55974BAE1CBB0D86F772C719E8419152B6126440891432CFFE817C321074DD81DDF639D52C8AFC5FFAD75FFFFD8FB7A1FFCC1AD74AB369C364852E9FA7AFBD6C543B36EBDC3ECC4F9CC62F2566DA68295A473D25A3E65FFFF87FA5A525476BE5B6D17758BD11E5C6B85BA576571DC76DAEEE4778AAA6E6D9B3143DAD8E9C45F557499ACCEB4D8ECC5D4EBB7E6F98DFBD44CEADBB4A89BB6AB7EEBE5BBF353AD5D53CBBF693727E95BC0CED3267132963D70CBE7C5343ADD0BF9EB14BBD2BECCC9BF36AB635D2FBD0D355669BF6ABB41B2F2C6B5C55635073E5E458546E45E3C45E4CCA74CC8C9BF55C9B39D75963AF5B3A1DB45FA52EAB316FEFC274B4AD32CC6CDBBE7A56BB9CC587CB35EF76330B13BF77EE5812634BE3F35729AFDEC9D1B77489A37294D5D8E86952EF600DB9CBF03BDDAEB6516B94D6DE2AB3F9E5A37C262E75DE128B11462CCBC8EB7BF7D2CF6015C3F61E54778FC9D035A7E53C3BAD1A479FD3D70705D22C53E6DA5AD6BA2CBB87AD237545115BEAE96DDDDC1A570B302B917B44D539FB1AAB8F5F255E7EACA6051B6E83B6DAD46DC2028AD533A37880B8AE769B52A234BDEBF679D766C1BE3FA75B912CED1670E500A8DE66ADA58E32F3ED6ACFC83C03B0FA1D3E80FFE4277F305E621FFD9C2E1663DBACCF8AD77E2D6FE391E8FEA7C65AAB59AFBD46EB7D5D93B2428AF6DDE602A733FC57E9F896CDEE3B831FA3F47DA6B1EB0A94F9D376646F1C50F7D9A075C6D98D99E9667C6AEA1F146C3D0635DC27236D14E16DA775FA93B0DB87DD3A980C1F741ADE1AC41138716CED5BAC7F2BF9E98C27668CB56192BEED6DE3219678A45CB952D27C9FD6A2B70417D485C5536B699FD36D636F9CBD49C861966B8DBE0C4C81EFE1364A39E7741BA333FE1625D107F656EB1FE0E80705801804AB55F1BA65F52ADBA3996BADECCC8F5F8BA57DE93AE5A94F3731A7ED27348DC3FC2A511C7C452B158225FDAE8BBC6919E7A02652C5A2A9F41BF0A08FDB6009BD83B5BDA342BC5FA506313D6A29D11001F7635448C91D1B095CCCF03048500B3CA7887794A0C184C1BAF5D4CFE95AD0E549E6A9E219326A738EA5A0DDCF990721843D025F3734A76D8173D0DCCEB8806C7F79C7405B243A40DBCBBD3248D46C2289C6F278F8F6E53A1A4A0244DC3602DCFB9E0B8AF7CFE926CDD65B5D055EF1F6550F62BF1973721C967841CE72547B2F95449B501B146321473CF241264B1F59113068DE7A890ECF753BB40F8401054CF6762098A2F0DA506AD3AAF0B1A2C1373F9A4995BB7A0C765726A039829AF890945E4B7FF2005790B8D19B02010833E1DEECD0C579F2E308A2AE28B65310D1419E6B8E40906E3BC0185C1C03E53525DA6BC4064B191344044E35BD7DE7341EF667051C320D8BA9BD24EA4717FC651554FAC1303BB23004FD59D69E0BEDA621F9D1279A94E10DE3048271BD3C6231772F52360D415B265D97008D5571C6C16FF639650910699FD39D87E5112890720A9F85427AB30B4779847574A0DC527087AA67CE1123D0A5330E133C5F1DF77E163FD6C748463B51FD687C8C47E27BB2B3A2B3EE16459A6D2C5E85B3961DEDDC58E7C33B54F1992EE6393123854BD816CEC9363BEE71F771E53F185F4B7C7534C57C62D823CB35FDFADDD61AD5F6F483EA231DD3AC8F761F5761CB2EA8BB30EAE9E011F2930936D0C6A7628EE11FB6A0F53837B6083B87FA2A274B9BED92062AECCADBDB428421367D1ED4101EBBF590766AA21F1F376FCC92792205CF3B004FC074385F2BF14611DD12D6F91DFB852B27EA28481001C421D27777ED6C9CA57B265E654ED3F8142BD655E6A2B7F5F620C0BD93340472D65AF1AAD8A8636AF954A2CF876C64A8BF2852D17A90493669C17C177E9DAB03A4E4FDBE7BE263866593D026B2E1F9D5CCB511EE0EB9F1A53A6845449F9525F38523112F12C04324011326A74C6CB088E045B39E2FC667E9521BF972B2AAEDB4716FD91D5DB7189319A2A1B0783DF5D1BA4187B6C37E37D9F06FDE82B615486E2C8500E1ACEEA551A6751435AB05DBB628E599C3B3A15D8A77AD0667DA539C0F5B2A3A71C9028441D42E5EA878E631A076C59F9590C9085D04AC2564C4BA2A40E9935D610B1FB654AD0D6D5B89458336640D64C12184BDD261C4633F1B293E68175223C581038D515FBCFB55BA211B6FCA4D868697AB9377765D36190404213182DD522487E91698BEBDF992B196AD06D93FBCDBBEB533D161E8257BD9B86311941713E9AB9135D0534C3DE88BAE720D18D5C80E0823DAFC51BA974A895BFDB542266201A42521DF2F0C0BAA3020DC04A51BFDB17C8A1241AF3F1527BA7FB4201EDF7CC1140C38C8022800EE0F4B0131064C64F2FBB2D7CBB04142061CB52C6589030BFAEC2E1FE8EE4B5E2EC804CC83AF58A3E762D5D8AFA03A09CE883C8C1DE2603299243EFCCCBE799CB7BBB6476B4D78D95197179D9CC02DF044C8CF9798863891F58ACE746A114329CCB5647E741C7FBEF83F0985D88CA092559043BE5A66440D2B99DC0662EE6C950CB70FDB97824BCCDDCFDFD852F0F05C5BB20DE211F89C4646106E2487DD0C2406472E77F9E55AD2B96BA402A3779D2284E4FEB0C515C7BC0E7DB1366E72A423B3F1229BA1374642F7E75D977F43B8CBDCAFE25FC48553B8DD7C76E75CDE909FF6AE0944940DC900FC40DE4611648E58C92DE6A543A20AF34477B213A7F82EB2F145C10B70DC2CD06708C69DADD00968156E1E1B00CABB96213544BE5E5EE0D08E8A479E4AF486111F8C13E827F2BD319EE5F21233ED9106A00207E10E0A7309F449EE2455F25ADE879E29D3E23AB5E2AF7FFF0F8EA0160E','jo','jo','','2026-11-24T15:57:01.724506+00:00',NULL,'2026-12-01T15:57:01.724506+00:00','{"changes":52,"held":0,"over_limit":false}');
CREATE TABLE decisions (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	exchange TEXT NOT NULL, 
	record_type TEXT NOT NULL, 
	mis_id TEXT NOT NULL, 
	provider_id TEXT NOT NULL, 
	centre TEXT NOT NULL, 
	field TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	take TEXT NOT NULL, 
	change TEXT NOT NULL, 
	"plan" TEXT NOT NULL, 
	who TEXT NOT NULL, 
	at TEXT NOT NULL, 
	why TEXT NOT NULL
);
CREATE TABLE denials (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	exchange TEXT NOT NULL, 
	record_type TEXT NOT NULL, 
	mis_id TEXT NOT NULL, 
	provider_id TEXT NOT NULL, 
	said TEXT NOT NULL, 
	who TEXT NOT NULL, 
	at TEXT NOT NULL, 
	why TEXT NOT NULL
);
CREATE TABLE journal (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	run TEXT NOT NULL, 
	fence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	change TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	said TEXT NOT NULL, 
	body TEXT NOT NULL, 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "journal" VALUES(1,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','599f1e3c4aa444d25157660e03af4d6a',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(2,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','ac50f00c02c611d97ab4e1ed919b9494',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(3,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','18b5095cd3ceb598220c5dc1736bd78c',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(4,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','bd3c870210621a817d92d0d87b0f4c5f',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(5,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','24e9f26c437930be38619625d8c581cc',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(6,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','b44aff4ead9e0de166d000c5e3379158',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(7,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','ed905708ee1874d9913817c3bb947fe6',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(8,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','96bbf2f87d5dc0497edd81f681f39776',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(9,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','95b6b7a4e42361b785a5008c829ca633',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(10,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','d2fcd0c92346b9be0d9db325322e33fb',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(11,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','8c0fa2f675bcf49e61c734f9e3c4715a',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(12,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','e2aff4f5c91519bdd7809ad07c2eccba',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(13,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','79094c974c0cad6d620a5935f3cfa2ea',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(14,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','292763d1c8a5c1df0fdf4b82f09dd2f3',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(15,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','9ad4c3b6e679710816573541f0b3bf8b',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(16,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.799929+00:00','closing','9731f58b1c2bac6968e064475c714cff',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(17,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','ac68975c2316a7c7a055e7510a20ae04',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(18,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','670b564b7c482b69f02c7802e195f768',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(19,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','de8f1b1601c77e7881de6bc85468f8ad',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(20,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','0eb59fac4daea3ac8ce6a8810f282ca6',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(21,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','47b248b977af04cc773f73d8b1f805c5',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(22,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','1b815a2ebb91c05312719df05c7901f7',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(23,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','17f2802906041ed7456100ff4eea3134',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(24,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.836010+00:00','closing','c0784a24a17c0c4537f411b7a56ec6b9',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(25,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','57bffa7e3a203118d7b6efdf12aecf8e',1,'create','{"collection":"employers","key":null,"values":{"name":"Firm 00","size":"S","since":{"date":"2026-01-01"}},"expected":{},"idempotency_key":"bbcc45fb-5d17-5feb-b717-06c92baef69e"}');
INSERT INTO "journal" VALUES(26,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','e006eda8810fc7b5c5a503bdb075d8eb',1,'create','{"collection":"employers","key":null,"values":{"name":"Firm 01","size":"L","since":{"date":"2026-01-02"}},"expected":{},"idempotency_key":"da8f2c26-a7b5-5dd6-ab76-ac91cee7576a"}');
INSERT INTO "journal" VALUES(27,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','6f81419d5b25721517e3b4c97b8c339b',1,'create','{"collection":"employers","key":null,"values":{"name":"Firm 02","size":"S","since":{"date":"2026-01-03"}},"expected":{},"idempotency_key":"df60d439-781d-5e3c-92c2-fa6595181bba"}');
INSERT INTO "journal" VALUES(28,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','37d5867eeea3ab5b8cbafe75bd2aea62',1,'create','{"collection":"employers","key":null,"values":{"name":"Firm 03","size":"L","since":{"date":"2026-01-04"}},"expected":{},"idempotency_key":"98b70f26-e21b-51a5-b18f-f2fd0ddb988a"}');
INSERT INTO "journal" VALUES(29,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','85a1dda22380095a256235233da02f3c',1,'update','{"collection":"employers","key":"1","values":{"size":"S","since":{"date":"2026-01-05"}},"expected":{"size":null,"since":null},"idempotency_key":"36530f61-68f0-5515-8d6b-48cda07dc880"}');
INSERT INTO "journal" VALUES(30,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','96bf8cc2b3e017a9bf6c4ad9e6035336',1,'update','{"collection":"employers","key":"10","values":{"size":"L","since":{"date":"2026-01-14"}},"expected":{"size":null,"since":null},"idempotency_key":"77018a92-d80b-5f88-aee9-218e5554fa5a"}');
INSERT INTO "journal" VALUES(31,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','0dadf9eec0a37b993212091af4f7b955',1,'update','{"collection":"employers","key":"11","values":{"size":"S","since":{"date":"2026-01-15"}},"expected":{"size":null,"since":null},"idempotency_key":"92e03bad-efbb-5941-b45d-da2970ec8255"}');
INSERT INTO "journal" VALUES(32,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.837224+00:00','intent','6789cd9ba4bd24429f07f420c97d5bd4',1,'update','{"collection":"employers","key":"12","values":{"size":"L","since":{"date":"2026-01-16"}},"expected":{"size":null,"since":null},"idempotency_key":"be5a2a2f-1f78-5c1d-9352-3fee0626c631"}');
INSERT INTO "journal" VALUES(33,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','57bffa7e3a203118d7b6efdf12aecf8e',1,'accepted','{"detail":"","status":null,"new_key":"25","retry_after":null}');
INSERT INTO "journal" VALUES(34,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','e006eda8810fc7b5c5a503bdb075d8eb',1,'accepted','{"detail":"","status":null,"new_key":"26","retry_after":null}');
INSERT INTO "journal" VALUES(35,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','6f81419d5b25721517e3b4c97b8c339b',1,'accepted','{"detail":"","status":null,"new_key":"27","retry_after":null}');
INSERT INTO "journal" VALUES(36,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','37d5867eeea3ab5b8cbafe75bd2aea62',1,'accepted','{"detail":"","status":null,"new_key":"28","retry_after":null}');
INSERT INTO "journal" VALUES(37,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','85a1dda22380095a256235233da02f3c',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(38,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','96bf8cc2b3e017a9bf6c4ad9e6035336',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(39,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','0dadf9eec0a37b993212091af4f7b955',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(40,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.847456+00:00','outcome','6789cd9ba4bd24429f07f420c97d5bd4',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(41,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','57bffa7e3a203118d7b6efdf12aecf8e',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(42,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','e006eda8810fc7b5c5a503bdb075d8eb',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(43,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','6f81419d5b25721517e3b4c97b8c339b',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(44,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','37d5867eeea3ab5b8cbafe75bd2aea62',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(45,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','85a1dda22380095a256235233da02f3c',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(46,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','96bf8cc2b3e017a9bf6c4ad9e6035336',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(47,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','0dadf9eec0a37b993212091af4f7b955',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(48,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.876465+00:00','closing','6789cd9ba4bd24429f07f420c97d5bd4',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(49,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','557200057e83f61937dbfcfe7b45fee9',1,'update','{"collection":"employers","key":"13","values":{"size":"S","since":{"date":"2026-01-17"}},"expected":{"size":null,"since":null},"idempotency_key":"244070e9-335f-5ff6-837e-2b4ea6abd393"}');
INSERT INTO "journal" VALUES(50,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','6e53ea3a8ac920cfbcd7d513ce548f80',1,'update','{"collection":"employers","key":"14","values":{"size":"L","since":{"date":"2026-01-18"}},"expected":{"size":null,"since":null},"idempotency_key":"7563095d-debe-5b21-93c6-b36a066748a5"}');
INSERT INTO "journal" VALUES(51,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','d6090b9128e9cad1aa6a927a5bb55780',1,'update','{"collection":"employers","key":"15","values":{"size":"S","since":{"date":"2026-01-19"}},"expected":{"size":null,"since":null},"idempotency_key":"bcb1e24c-432c-538c-92ee-fb8e16db69f8"}');
INSERT INTO "journal" VALUES(52,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','53db555800563c0d2ce1245b82e52b39',1,'update','{"collection":"employers","key":"16","values":{"size":"L","since":{"date":"2026-01-20"}},"expected":{"size":null,"since":null},"idempotency_key":"414c278d-34c8-58c3-88bc-af290641da1a"}');
INSERT INTO "journal" VALUES(53,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','213b09ee5ca54bfad2378a9bf05d3a7c',1,'update','{"collection":"employers","key":"17","values":{"size":"S","since":{"date":"2026-01-21"}},"expected":{"size":null,"since":null},"idempotency_key":"e3d7516d-30d6-5037-9685-e1075ca0c537"}');
INSERT INTO "journal" VALUES(54,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','8a071aaf1f79621f4ecaa3b527a59fac',1,'update','{"collection":"employers","key":"18","values":{"size":"L","since":{"date":"2026-01-22"}},"expected":{"size":null,"since":null},"idempotency_key":"5e36988a-1edd-5373-a0a0-4ab6d26bec1b"}');
INSERT INTO "journal" VALUES(55,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','62500286ef61306d1328517715be9816',1,'update','{"collection":"employers","key":"19","values":{"size":"S","since":{"date":"2026-01-23"}},"expected":{"size":null,"since":null},"idempotency_key":"56469428-2b6b-587c-a1b3-ef4df8356641"}');
INSERT INTO "journal" VALUES(56,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','74f56d2d5bb3ba587f2e41eeb4fc9afd',1,'update','{"collection":"employers","key":"2","values":{"size":"L","since":{"date":"2026-01-06"}},"expected":{"size":null,"since":null},"idempotency_key":"ef31b11f-9022-5b80-ad4d-8de0cda1185f"}');
INSERT INTO "journal" VALUES(57,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','8e092bc964baed5e1d5177cb5ce9ca3b',1,'update','{"collection":"employers","key":"20","values":{"size":"L","since":{"date":"2026-01-24"}},"expected":{"size":null,"since":null},"idempotency_key":"127800c5-eefd-5325-ba17-d759cad28a7c"}');
INSERT INTO "journal" VALUES(58,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','bbeae8c517b66c142e1cbadb3eb35f0a',1,'update','{"collection":"employers","key":"21","values":{"size":"S","since":{"date":"2026-01-25"}},"expected":{"size":null,"since":null},"idempotency_key":"4edb1e1c-396e-560c-9cca-60e62d31efb0"}');
INSERT INTO "journal" VALUES(59,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','f440a7def564da32b4746f551ce4be88',1,'update','{"collection":"employers","key":"22","values":{"size":"L","since":{"date":"2026-01-26"}},"expected":{"size":null,"since":null},"idempotency_key":"47350a39-3227-5f02-aef8-32d093511bf2"}');
INSERT INTO "journal" VALUES(60,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','87ba017ba85191f1199df0cf4975e652',1,'update','{"collection":"employers","key":"23","values":{"size":"S","since":{"date":"2026-01-27"}},"expected":{"size":null,"since":null},"idempotency_key":"19308972-c53a-5aa9-b626-644bbfebd179"}');
INSERT INTO "journal" VALUES(61,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','ea0995a41e10c35f876a5bad9810a79d',1,'update','{"collection":"employers","key":"24","values":{"size":"L","since":{"date":"2026-01-28"}},"expected":{"size":null,"since":null},"idempotency_key":"e5db8b8c-030d-544e-9a1a-fe24446675d9"}');
INSERT INTO "journal" VALUES(62,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','e68c8dfe079d677626a37f57eb5f62c4',1,'update','{"collection":"employers","key":"3","values":{"size":"S","since":{"date":"2026-01-07"}},"expected":{"size":null,"since":null},"idempotency_key":"e04a28cc-8134-5242-aaf3-2dfbef511438"}');
INSERT INTO "journal" VALUES(63,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','c0db815e18b0dcc8bf740a6234eeb606',1,'update','{"collection":"employers","key":"4","values":{"size":"L","since":{"date":"2026-01-08"}},"expected":{"size":null,"since":null},"idempotency_key":"c081da45-858a-5558-881b-4f11e497bac4"}');
INSERT INTO "journal" VALUES(64,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.898614+00:00','intent','476928fa7d8cb021f7327a4d64501ac6',1,'update','{"collection":"employers","key":"5","values":{"size":"S","since":{"date":"2026-01-09"}},"expected":{"size":null,"since":null},"idempotency_key":"64be3bac-c666-5f75-b9dc-c71f759448a2"}');
INSERT INTO "journal" VALUES(65,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','557200057e83f61937dbfcfe7b45fee9',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(66,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','6e53ea3a8ac920cfbcd7d513ce548f80',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(67,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','d6090b9128e9cad1aa6a927a5bb55780',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(68,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','53db555800563c0d2ce1245b82e52b39',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(69,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','213b09ee5ca54bfad2378a9bf05d3a7c',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(70,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','8a071aaf1f79621f4ecaa3b527a59fac',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(71,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','62500286ef61306d1328517715be9816',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(72,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','74f56d2d5bb3ba587f2e41eeb4fc9afd',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(73,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','8e092bc964baed5e1d5177cb5ce9ca3b',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(74,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','bbeae8c517b66c142e1cbadb3eb35f0a',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(75,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','f440a7def564da32b4746f551ce4be88',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(76,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','87ba017ba85191f1199df0cf4975e652',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(77,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','ea0995a41e10c35f876a5bad9810a79d',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(78,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','e68c8dfe079d677626a37f57eb5f62c4',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(79,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','c0db815e18b0dcc8bf740a6234eeb606',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(80,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.917695+00:00','outcome','476928fa7d8cb021f7327a4d64501ac6',1,'accepted','{"detail":"","status":null,"new_key":null,"retry_after":null}');
INSERT INTO "journal" VALUES(81,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','557200057e83f61937dbfcfe7b45fee9',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(82,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','6e53ea3a8ac920cfbcd7d513ce548f80',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(83,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','d6090b9128e9cad1aa6a927a5bb55780',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(84,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','53db555800563c0d2ce1245b82e52b39',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(85,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','213b09ee5ca54bfad2378a9bf05d3a7c',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(86,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','8a071aaf1f79621f4ecaa3b527a59fac',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(87,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','62500286ef61306d1328517715be9816',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(88,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','74f56d2d5bb3ba587f2e41eeb4fc9afd',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(89,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','8e092bc964baed5e1d5177cb5ce9ca3b',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(90,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','bbeae8c517b66c142e1cbadb3eb35f0a',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(91,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','f440a7def564da32b4746f551ce4be88',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(92,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','87ba017ba85191f1199df0cf4975e652',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(93,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','ea0995a41e10c35f876a5bad9810a79d',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(94,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','e68c8dfe079d677626a37f57eb5f62c4',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(95,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','c0db815e18b0dcc8bf740a6234eeb606',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(96,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.947806+00:00','closing','476928fa7d8cb021f7327a4d64501ac6',0,'done','{"detail":"","new_key":null}');
INSERT INTO "journal" VALUES(97,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.968651+00:00','intent','39513d620bc90a1fb3ffea220a40a028',1,'update','{"collection":"employers","key":"6","values":{"size":"L","since":{"date":"2026-01-10"}},"expected":{"size":null,"since":null},"idempotency_key":"19af2edc-c98e-56fc-9a5c-7fe57df4a6a6"}');
INSERT INTO "journal" VALUES(98,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.968651+00:00','intent','07ca317a7f399b9ca29a86538d13ca65',1,'update','{"collection":"employers","key":"7","values":{"size":"S","since":{"date":"2026-01-11"}},"expected":{"size":null,"since":null},"idempotency_key":"ba352223-320f-5465-a2db-0e9b65dce6e7"}');
INSERT INTO "journal" VALUES(99,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.968651+00:00','intent','472f739fba73b1ad3e79c921f25d5eb0',1,'update','{"collection":"employers","key":"8","values":{"size":"L","since":{"date":"2026-01-12"}},"expected":{"size":null,"since":null},"idempotency_key":"d527805a-ff8b-54a3-9f0c-092045837077"}');
INSERT INTO "journal" VALUES(100,'4a078745-8ec2-40ac-813b-bcf3415f6a8f',1,'2026-11-24T15:57:02.968651+00:00','intent','16f037e2669f53439d9c13816129a62f',1,'update','{"collection":"employers","key":"9","values":{"size":"S","since":{"date":"2026-01-13"}},"expected":{"size":null,"since":null},"idempotency_key":"dfe4ecb8-fe32-522f-9b56-5d14d252302e"}');
CREATE TABLE leases (
	system TEXT NOT NULL, 
	fence INTEGER NOT NULL, 
	who TEXT NOT NULL, 
	since TEXT NOT NULL, 
	PRIMARY KEY (system)
);
INSERT INTO "leases" VALUES('portal',1,'jo','2026-11-24T15:57:02.622497+00:00');
CREATE TABLE links (
	exchange TEXT NOT NULL, 
	record_type TEXT NOT NULL, 
	mis_id TEXT NOT NULL, 
	centre TEXT NOT NULL, 
	provider_id TEXT NOT NULL, 
	added_at TEXT NOT NULL, 
	PRIMARY KEY (exchange, record_type, mis_id, centre)
)
 WITHOUT ROWID

;
INSERT INTO "links" VALUES('portal','employer','1','','p04','2026-11-24T15:57:02.727275+00:00');
INSERT INTO "links" VALUES('portal','employer','10','','p13','2026-11-24T15:57:02.729211+00:00');
INSERT INTO "links" VALUES('portal','employer','11','','p14','2026-11-24T15:57:02.730263+00:00');
INSERT INTO "links" VALUES('portal','employer','12','','p15','2026-11-24T15:57:02.732442+00:00');
INSERT INTO "links" VALUES('portal','employer','13','','p16','2026-11-24T15:57:02.740503+00:00');
INSERT INTO "links" VALUES('portal','employer','14','','p17','2026-11-24T15:57:02.744560+00:00');
INSERT INTO "links" VALUES('portal','employer','15','','p18','2026-11-24T15:57:02.748465+00:00');
INSERT INTO "links" VALUES('portal','employer','16','','p19','2026-11-24T15:57:02.752876+00:00');
INSERT INTO "links" VALUES('portal','employer','17','','p20','2026-11-24T15:57:02.755730+00:00');
INSERT INTO "links" VALUES('portal','employer','18','','p21','2026-11-24T15:57:02.757283+00:00');
INSERT INTO "links" VALUES('portal','employer','19','','p22','2026-11-24T15:57:02.767308+00:00');
INSERT INTO "links" VALUES('portal','employer','2','','p05','2026-11-24T15:57:02.772916+00:00');
INSERT INTO "links" VALUES('portal','employer','20','','p23','2026-11-24T15:57:02.782700+00:00');
INSERT INTO "links" VALUES('portal','employer','21','','p24','2026-11-24T15:57:02.792949+00:00');
INSERT INTO "links" VALUES('portal','employer','22','','p25','2026-11-24T15:57:02.797148+00:00');
INSERT INTO "links" VALUES('portal','employer','23','','p26','2026-11-24T15:57:02.798494+00:00');
INSERT INTO "links" VALUES('portal','employer','24','','p27','2026-11-24T15:57:02.827622+00:00');
INSERT INTO "links" VALUES('portal','employer','25','','p00','2026-11-24T15:57:02.848538+00:00');
INSERT INTO "links" VALUES('portal','employer','26','','p01','2026-11-24T15:57:02.849361+00:00');
INSERT INTO "links" VALUES('portal','employer','27','','p02','2026-11-24T15:57:02.850134+00:00');
INSERT INTO "links" VALUES('portal','employer','28','','p03','2026-11-24T15:57:02.850872+00:00');
INSERT INTO "links" VALUES('portal','employer','3','','p06','2026-11-24T15:57:02.829279+00:00');
INSERT INTO "links" VALUES('portal','employer','4','','p07','2026-11-24T15:57:02.830436+00:00');
INSERT INTO "links" VALUES('portal','employer','5','','p08','2026-11-24T15:57:02.831451+00:00');
INSERT INTO "links" VALUES('portal','employer','6','','p09','2026-11-24T15:57:02.832411+00:00');
INSERT INTO "links" VALUES('portal','employer','7','','p10','2026-11-24T15:57:02.833312+00:00');
INSERT INTO "links" VALUES('portal','employer','8','','p11','2026-11-24T15:57:02.834251+00:00');
INSERT INTO "links" VALUES('portal','employer','9','','p12','2026-11-24T15:57:02.835155+00:00');
CREATE TABLE log (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	what TEXT NOT NULL, 
	exchange TEXT, 
	"plan" TEXT, 
	run TEXT, 
	change TEXT, 
	facts TEXT NOT NULL
);
INSERT INTO "log" VALUES(1,'2026-11-24T15:57:00.772783+00:00','tieline','store.made',NULL,NULL,NULL,NULL,'{"from":null,"to":"0003"}');
INSERT INTO "log" VALUES(2,'2026-11-24T15:57:00.856237+00:00','jo','plan.made','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424',NULL,NULL,'{"digest":"sha256:e3dfc03ece4002a0b3fbfbbe70815424cac655037a132988effa215dfbab0579","counts":{"changes":52,"fields":60,"held":0}}');
INSERT INTO "log" VALUES(3,'2026-11-24T15:57:01.727021+00:00','jo','approval.given','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424',NULL,NULL,'{"approval":"77556ef8-b388-48cb-96e8-40a6ec607db0","digest":"sha256:e3dfc03ece4002a0b3fbfbbe70815424cac655037a132988effa215dfbab0579","os_user":"jo","changes":52,"counts":{"changes":52,"held":0,"over_limit":false}}');
INSERT INTO "log" VALUES(4,'2026-11-24T15:57:02.622497+00:00','jo','lease.taken',NULL,NULL,NULL,NULL,'{"system":"portal","fence":1}');
INSERT INTO "log" VALUES(5,'2026-11-24T15:57:02.626029+00:00','jo','run.begun','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f',NULL,'{"approval":"77556ef8-b388-48cb-96e8-40a6ec607db0","system":"portal","fence":1}');
INSERT INTO "log" VALUES(6,'2026-11-24T15:57:02.727275+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(7,'2026-11-24T15:57:02.729211+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(8,'2026-11-24T15:57:02.730263+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(9,'2026-11-24T15:57:02.732442+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(10,'2026-11-24T15:57:02.740503+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(11,'2026-11-24T15:57:02.744560+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(12,'2026-11-24T15:57:02.748465+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(13,'2026-11-24T15:57:02.752876+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(14,'2026-11-24T15:57:02.755730+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(15,'2026-11-24T15:57:02.757283+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(16,'2026-11-24T15:57:02.767308+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(17,'2026-11-24T15:57:02.772916+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(18,'2026-11-24T15:57:02.782700+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(19,'2026-11-24T15:57:02.792949+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(20,'2026-11-24T15:57:02.797148+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(21,'2026-11-24T15:57:02.798494+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(22,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','599f1e3c4aa444d25157660e03af4d6a','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(23,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','ac50f00c02c611d97ab4e1ed919b9494','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(24,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','18b5095cd3ceb598220c5dc1736bd78c','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(25,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','bd3c870210621a817d92d0d87b0f4c5f','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(26,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','24e9f26c437930be38619625d8c581cc','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(27,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','b44aff4ead9e0de166d000c5e3379158','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(28,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','ed905708ee1874d9913817c3bb947fe6','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(29,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','96bbf2f87d5dc0497edd81f681f39776','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(30,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','95b6b7a4e42361b785a5008c829ca633','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(31,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','d2fcd0c92346b9be0d9db325322e33fb','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(32,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','8c0fa2f675bcf49e61c734f9e3c4715a','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(33,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','e2aff4f5c91519bdd7809ad07c2eccba','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(34,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','79094c974c0cad6d620a5935f3cfa2ea','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(35,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','292763d1c8a5c1df0fdf4b82f09dd2f3','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(36,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','9ad4c3b6e679710816573541f0b3bf8b','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(37,'2026-11-24T15:57:02.799929+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','9731f58b1c2bac6968e064475c714cff','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(38,'2026-11-24T15:57:02.827622+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(39,'2026-11-24T15:57:02.829279+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(40,'2026-11-24T15:57:02.830436+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(41,'2026-11-24T15:57:02.831451+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(42,'2026-11-24T15:57:02.832411+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(43,'2026-11-24T15:57:02.833312+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(44,'2026-11-24T15:57:02.834251+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(45,'2026-11-24T15:57:02.835155+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(46,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','ac68975c2316a7c7a055e7510a20ae04','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(47,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','670b564b7c482b69f02c7802e195f768','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(48,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','de8f1b1601c77e7881de6bc85468f8ad','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(49,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','0eb59fac4daea3ac8ce6a8810f282ca6','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(50,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','47b248b977af04cc773f73d8b1f805c5','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(51,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','1b815a2ebb91c05312719df05c7901f7','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(52,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','17f2802906041ed7456100ff4eea3134','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(53,'2026-11-24T15:57:02.836010+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','c0784a24a17c0c4537f411b7a56ec6b9','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(54,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','57bffa7e3a203118d7b6efdf12aecf8e','{"attempt":1,"said":"create","collection":"employers","fields":["name","since","size"]}');
INSERT INTO "log" VALUES(55,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','e006eda8810fc7b5c5a503bdb075d8eb','{"attempt":1,"said":"create","collection":"employers","fields":["name","since","size"]}');
INSERT INTO "log" VALUES(56,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6f81419d5b25721517e3b4c97b8c339b','{"attempt":1,"said":"create","collection":"employers","fields":["name","since","size"]}');
INSERT INTO "log" VALUES(57,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','37d5867eeea3ab5b8cbafe75bd2aea62','{"attempt":1,"said":"create","collection":"employers","fields":["name","since","size"]}');
INSERT INTO "log" VALUES(58,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','85a1dda22380095a256235233da02f3c','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(59,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','96bf8cc2b3e017a9bf6c4ad9e6035336','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(60,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','0dadf9eec0a37b993212091af4f7b955','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(61,'2026-11-24T15:57:02.837224+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6789cd9ba4bd24429f07f420c97d5bd4','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(62,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','57bffa7e3a203118d7b6efdf12aecf8e','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(63,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','e006eda8810fc7b5c5a503bdb075d8eb','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(64,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6f81419d5b25721517e3b4c97b8c339b','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(65,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','37d5867eeea3ab5b8cbafe75bd2aea62','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(66,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','85a1dda22380095a256235233da02f3c','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(67,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','96bf8cc2b3e017a9bf6c4ad9e6035336','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(68,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','0dadf9eec0a37b993212091af4f7b955','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(69,'2026-11-24T15:57:02.847456+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6789cd9ba4bd24429f07f420c97d5bd4','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(70,'2026-11-24T15:57:02.848538+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(71,'2026-11-24T15:57:02.849361+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(72,'2026-11-24T15:57:02.850134+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(73,'2026-11-24T15:57:02.850872+00:00','jo','links.added','portal',NULL,NULL,NULL,'{"given":1,"added":1,"record_types":["employer"]}');
INSERT INTO "log" VALUES(74,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','57bffa7e3a203118d7b6efdf12aecf8e','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(75,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','e006eda8810fc7b5c5a503bdb075d8eb','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(76,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6f81419d5b25721517e3b4c97b8c339b','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(77,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','37d5867eeea3ab5b8cbafe75bd2aea62','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(78,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','85a1dda22380095a256235233da02f3c','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(79,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','96bf8cc2b3e017a9bf6c4ad9e6035336','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(80,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','0dadf9eec0a37b993212091af4f7b955','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(81,'2026-11-24T15:57:02.876465+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6789cd9ba4bd24429f07f420c97d5bd4','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(82,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','557200057e83f61937dbfcfe7b45fee9','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(83,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6e53ea3a8ac920cfbcd7d513ce548f80','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(84,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','d6090b9128e9cad1aa6a927a5bb55780','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(85,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','53db555800563c0d2ce1245b82e52b39','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(86,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','213b09ee5ca54bfad2378a9bf05d3a7c','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(87,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','8a071aaf1f79621f4ecaa3b527a59fac','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(88,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','62500286ef61306d1328517715be9816','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(89,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','74f56d2d5bb3ba587f2e41eeb4fc9afd','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(90,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','8e092bc964baed5e1d5177cb5ce9ca3b','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(91,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','bbeae8c517b66c142e1cbadb3eb35f0a','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(92,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','f440a7def564da32b4746f551ce4be88','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(93,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','87ba017ba85191f1199df0cf4975e652','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(94,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','ea0995a41e10c35f876a5bad9810a79d','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(95,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','e68c8dfe079d677626a37f57eb5f62c4','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(96,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','c0db815e18b0dcc8bf740a6234eeb606','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(97,'2026-11-24T15:57:02.898614+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','476928fa7d8cb021f7327a4d64501ac6','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(98,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','557200057e83f61937dbfcfe7b45fee9','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(99,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6e53ea3a8ac920cfbcd7d513ce548f80','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(100,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','d6090b9128e9cad1aa6a927a5bb55780','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(101,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','53db555800563c0d2ce1245b82e52b39','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(102,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','213b09ee5ca54bfad2378a9bf05d3a7c','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(103,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','8a071aaf1f79621f4ecaa3b527a59fac','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(104,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','62500286ef61306d1328517715be9816','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(105,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','74f56d2d5bb3ba587f2e41eeb4fc9afd','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(106,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','8e092bc964baed5e1d5177cb5ce9ca3b','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(107,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','bbeae8c517b66c142e1cbadb3eb35f0a','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(108,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','f440a7def564da32b4746f551ce4be88','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(109,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','87ba017ba85191f1199df0cf4975e652','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(110,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','ea0995a41e10c35f876a5bad9810a79d','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(111,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','e68c8dfe079d677626a37f57eb5f62c4','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(112,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','c0db815e18b0dcc8bf740a6234eeb606','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(113,'2026-11-24T15:57:02.917695+00:00','jo','change.answered','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','476928fa7d8cb021f7327a4d64501ac6','{"attempt":1,"said":"accepted","status":null}');
INSERT INTO "log" VALUES(114,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','557200057e83f61937dbfcfe7b45fee9','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(115,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','6e53ea3a8ac920cfbcd7d513ce548f80','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(116,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','d6090b9128e9cad1aa6a927a5bb55780','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(117,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','53db555800563c0d2ce1245b82e52b39','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(118,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','213b09ee5ca54bfad2378a9bf05d3a7c','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(119,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','8a071aaf1f79621f4ecaa3b527a59fac','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(120,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','62500286ef61306d1328517715be9816','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(121,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','74f56d2d5bb3ba587f2e41eeb4fc9afd','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(122,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','8e092bc964baed5e1d5177cb5ce9ca3b','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(123,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','bbeae8c517b66c142e1cbadb3eb35f0a','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(124,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','f440a7def564da32b4746f551ce4be88','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(125,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','87ba017ba85191f1199df0cf4975e652','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(126,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','ea0995a41e10c35f876a5bad9810a79d','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(127,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','e68c8dfe079d677626a37f57eb5f62c4','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(128,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','c0db815e18b0dcc8bf740a6234eeb606','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(129,'2026-11-24T15:57:02.947806+00:00','jo','change.closed','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','476928fa7d8cb021f7327a4d64501ac6','{"attempt":0,"said":"done"}');
INSERT INTO "log" VALUES(130,'2026-11-24T15:57:02.968651+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','39513d620bc90a1fb3ffea220a40a028','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(131,'2026-11-24T15:57:02.968651+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','07ca317a7f399b9ca29a86538d13ca65','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(132,'2026-11-24T15:57:02.968651+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','472f739fba73b1ad3e79c921f25d5eb0','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
INSERT INTO "log" VALUES(133,'2026-11-24T15:57:02.968651+00:00','jo','change.intended','portal','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','4a078745-8ec2-40ac-813b-bcf3415f6a8f','16f037e2669f53439d9c13816129a62f','{"attempt":1,"said":"update","collection":"employers","fields":["since","size"]}');
CREATE TABLE plans (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	exchange TEXT NOT NULL, 
	file TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	counts TEXT NOT NULL, 
	UNIQUE (id)
);
INSERT INTO "plans" VALUES(1,'e3dfc03e-ce40-02a0-b3fb-fbbe70815424','sha256:e3dfc03ece4002a0b3fbfbbe70815424cac655037a132988effa215dfbab0579','portal','{FOLDER}/.tieline/plans/e3dfc03e-ce40-02a0-b3fb-fbbe70815424.plan.jsonl','2026-11-24T15:57:00.854633+00:00','jo','{"changes":52,"fields":60,"held":0}');
CREATE TABLE runs (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	"plan" TEXT NOT NULL, 
	approval TEXT NOT NULL, 
	exchange TEXT NOT NULL, 
	system TEXT NOT NULL, 
	state TEXT NOT NULL, 
	begun_at TEXT NOT NULL, 
	begun_by TEXT NOT NULL, 
	fence INTEGER NOT NULL, 
	UNIQUE (id), 
	FOREIGN KEY("plan") REFERENCES plans (id), 
	UNIQUE (approval), 
	FOREIGN KEY(approval) REFERENCES approvals (id)
);
INSERT INTO "runs" VALUES(1,'4a078745-8ec2-40ac-813b-bcf3415f6a8f','e3dfc03e-ce40-02a0-b3fb-fbbe70815424','77556ef8-b388-48cb-96e8-40a6ec607db0','portal','portal','running','2026-11-24T15:57:02.626029+00:00','jo',1);
CREATE TABLE store (
	one INTEGER NOT NULL, 
	lineage TEXT NOT NULL, 
	"key" BLOB NOT NULL, 
	serial INTEGER NOT NULL, 
	made_at TEXT NOT NULL, 
	PRIMARY KEY (one)
);
INSERT INTO "store" VALUES(1,'8af06916-9e92-4452-babe-61a102cf9b73',X'397D1C33B341140810078B2C73984327774240BD396314B6F5A12E249593F7DC',29,'2026-11-24T15:57:00.772783+00:00');
CREATE INDEX ix_approvals_plan ON approvals ("plan");
CREATE INDEX ix_journal_run ON journal (run, number);
CREATE UNIQUE INDEX ux_journal_intent ON journal (run, change, attempt) WHERE kind = 'intent';
CREATE INDEX ix_log_run ON log (run);
CREATE INDEX ix_log_plan ON log ("plan");
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal  BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal  BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_insert BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER log_no_update BEFORE UPDATE ON log  BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log  BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_insert BEFORE INSERT ON log WHEN EXISTS (SELECT 1 FROM log WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE INDEX ix_decisions_field ON decisions (exchange, record_type, mis_id, field);
CREATE INDEX ix_denials_pair ON denials (exchange, record_type, mis_id, provider_id);
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions  BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions  BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decisions_no_insert BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER denials_no_update BEFORE UPDATE ON denials  BEGIN SELECT RAISE(ABORT, 'denials is append-only'); END;
CREATE TRIGGER denials_no_delete BEFORE DELETE ON denials  BEGIN SELECT RAISE(ABORT, 'denials is append-only'); END;
CREATE TRIGGER denials_no_insert BEFORE INSERT ON denials WHEN EXISTS (SELECT 1 FROM denials WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'denials is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('log',133);
INSERT INTO "sqlite_sequence" VALUES('plans',1);
INSERT INTO "sqlite_sequence" VALUES('approvals',1);
INSERT INTO "sqlite_sequence" VALUES('runs',1);
INSERT INTO "sqlite_sequence" VALUES('journal',100);
COMMIT;
