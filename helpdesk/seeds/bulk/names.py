"""Names for made-up customers: put together at random, so that any likeness is chance."""


def _words(block: str) -> list[str]:
    return block.split()


FIRST = _words("""
Aaliyah Abigail Adaeze Agnieszka Aino Alessandro Amara Anders Aoife Arjun Astrid Beatriz
Bjørn Bogdan Callum Camille Chidi Ciara Dagmar Dariusz Delphine Dilnoza Eilidh Elif Emre Esperanza
Ewa Farid Femi Fionnuala François Freya Gethin Giorgos Grażyna Hamza Håkon Ilse Imogen Ines
Ioana Jürgen Joaquín Kaito Katarzyna Kwame Léa Lorenzo Magdalena Malik Marit Mateo Minh Nadia
Noor Oisín Olumide Paloma Pieter Priyanka Raúl Renske Rhiannon Saoirse Siddharth Signe Soren
Tariq Thandiwe Thijs Ursula Valentina Wanjiru Xavier Yasmin Zofia
""")

LAST = _words("""
Abernathy Achterberg Adeleke Ahlström Álvarez-Quintana Appiah Bajwa Balogun Bergström
Blackwood-Hughes Błaszczyk Bonhomme Brännström Castellanos Chaudhry Czerwiński D’Amico
Dąbrowska Delgado-Ferreira Eriksen Farquharson Fernández-Llorente Fitzgibbon Gallagher
Grünwald Gunnarsdóttir Haverkamp Hollingsworth Ibáñez Inglewood Jankowski Jóhannesson Kamau
Karlsdotter
Kowalczyk Krishnamurthy Lachance Langford-Smythe Lefèvre MacGillivray Mäkinen Marchetti
Mbeki-Thornton Michaelides Montgomery Nakamura Ní-Dhomhnaill Novákova Nwosu Obradović
Oosterveld Østergaard Papadopoulos Pemberton-Clarke Quigley Ravensdale Rossellini Rutherford
Santacruz Schwarzenbach Szymański Tanaka Thistlethwaite Tollemache Underhill Vandenberghe
Villanueva Wąsik Weatherby Wojciechowski Xenakis Yilmaz Zawadzki Zielińska
""")

HAN_FAMILY = _words("""
王 李 张 刘 陈 杨 赵 黄 周 吴
徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧""")

HAN_GIVEN = _words("""
伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 军 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建华 文 玲 雪梅 志强
海燕 晓东 雨晴 子涵 思远 佳怡 浩然 欣怡 宇轩 梦琪 若曦 俊杰 诗涵 天佑 嘉豪 美玲 淑芬 俊宏
怡君 雅婷 宗翰 家豪 心怡 承恩 品妍 柏宇 冠廷 佩珊
""")

MAIL_DOMAINS = _words("""
postbox.example fellmail.example briefkasten.example courrier.example posta.example
lettera.example norrsken.example correo.example highpost.example tarnmail.example
""")

HAN_DOMAINS = _words("gongga.example yushan.example taishan.example victoriapeak.example")
